import { afterAll, beforeAll, describe } from "vitest";
import { testClusterWatch } from "./kafka-clients/cluster-watch";
import { testClientFaults } from "./kafka-clients/faults";
import { testFollow } from "./kafka-clients/follow";
import { testProducer } from "./kafka-clients/producer";
import { KraftBrokers } from "./support/kraft-brokers";

/** All on three brokers, which take longer to start than most of the tests; each test has topics of its own. */
describe("clients of Kafka", () => {
  let brokers: KraftBrokers;
  beforeAll(async () => {
    brokers = await KraftBrokers.start("clients", 3);
  });
  afterAll(() => brokers.stop());

  describe("through faults", () => testClientFaults(() => brokers));
  describe("the producer", () => testProducer(() => brokers));
  describe("follow", () => testFollow(() => brokers));
  describe("the cluster watch", () => testClusterWatch(() => brokers));
});
