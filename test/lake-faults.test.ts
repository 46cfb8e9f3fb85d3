import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { testBrokers } from "./lake/brokers";
import { testCodecs } from "./lake/codecs";
import { testCrashes } from "./lake/crashes";
import { testGroups } from "./lake/groups";
import { testMessages } from "./lake/messages";
import { testSources } from "./lake/sources";
import { testVolumes } from "./lake/volumes";
import { LakeBroker } from "./support/lake-broker";

/** All on one broker, which takes longer to start than most of the tests; each test has its own topic, group and tables. */
describe("the lake", () => {
  let broker: LakeBroker;
  beforeAll(async () => {
    broker = await LakeBroker.start("lake");
  });
  afterEach(() => broker.clear());
  afterAll(() => broker.dispose());

  const site = (name: string, config?: Readonly<Record<string, string>>) => broker.site(name, config);
  describe("with unusual messages", () => testMessages(site));
  describe("that crashes", () => testCrashes(site));
  describe("in several processes", () => testGroups(site));
  describe("whose topic loses messages", () => testSources(site));
  describe("on a volume of its own", () => testVolumes(() => broker));
  describe("with the codecs of all clients", () => testCodecs(() => broker));
  describe("whose broker fails", () => testBrokers(() => broker));
});
