import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { testBrokers } from "./lake/brokers";
import { testCodecs } from "./lake/codecs";
import { testCrashes } from "./lake/crashes";
import { testGroups } from "./lake/groups";
import { testMessages } from "./lake/messages";
import { testSources } from "./lake/sources";
import { testVolumes } from "./lake/volumes";
import { LakeBroker } from "./support/lake-broker";

/** All on one broker, which takes longer to start than most of the tests; each has a topic, a group and tables of its own. */
describe("the lake", () => {
  let broker: LakeBroker;
  beforeAll(async () => {
    broker = await LakeBroker.start("lake");
  });
  afterEach(() => broker.clear());
  afterAll(() => broker.dispose());

  const site = (name: string, config?: Readonly<Record<string, string>>) => broker.site(name, config);
  describe("whatever it is fed", () => testMessages(site));
  describe("that crashes", () => testCrashes(site));
  describe("of several processes", () => testGroups(site));
  describe("whose topic loses what it had", () => testSources(site));
  describe("on a volume of its own", () => testVolumes(() => broker));
  describe("of whatever clients write", () => testCodecs(() => broker));
  describe("whose broker fails", () => testBrokers(() => broker));
});
