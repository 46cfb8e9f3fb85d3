import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { changeConfigs } from "./change-configs";
import { connectionError, FakeCluster, refusal } from "../testing/fake-cluster";
import { fakeContext, outcomeOf, plannedTopic } from "../testing/fake-context";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const unknownTopic = () => refusal("UNKNOWN_TOPIC_OR_PARTITION", "This server does not host this topic");

/** A cluster with a planned topic and a topic of others that requires more replicas than it will have, and a run on it. */
function change(config: Readonly<Record<string, string>> = { "retention.ms": "1000" }) {
  const cluster = new FakeCluster([1]);
  cluster.put("t", [[[1], [1]]]);
  cluster.put("foreign", [[[1], [1]]]);
  cluster.configs.set("foreign", new Map([["min.insync.replicas", "2"]]));
  const context = fakeContext(cluster, { brokers: 1 });
  const placements = ["t", "foreign"].map((topic) => ({ topic, partition: 0, replicas: [1] }));
  const run = async () =>
    (await changeConfigs(context, [plannedTopic("t", { config })], placements)).finish();
  return { cluster, context, run };
}

const setOnT = "t: set retention.ms=1000, min.insync.replicas=1";

describe("a change of topic settings", () => {
  it("includes topics of others that would accept no more messages", async () => {
    const { cluster, context, run } = change();
    await expect(outcomeOf(run())).resolves.toBe("done");
    expect(context.lines).toEqual([setOnT, "foreign: set min.insync.replicas=1"]);
    expect(cluster.configs.get("foreign")).toEqual(new Map([["min.insync.replicas", "1"]]));
  });

  it("leaves out a topic of others that is deleted before it is read", async () => {
    const { cluster, context, run } = change();
    const read = vi.spyOn(cluster, "topicConfigs").mockImplementationOnce(() => {
      cluster.topics.delete("foreign");
      return Promise.reject(unknownTopic());
    });
    await expect(outcomeOf(run())).resolves.toBe("done");
    expect(read.mock.calls.map(([topics]) => topics)).toEqual([["t", "foreign"], ["t"]]);
    expect(context.lines).toEqual([setOnT]);
  });

  it("leaves out a topic of others that is deleted before it is changed", async () => {
    const { cluster, context, run } = change();
    vi.spyOn(cluster, "changeTopicConfigs").mockImplementationOnce(() => {
      cluster.topics.delete("foreign");
      return Promise.reject(unknownTopic());
    });
    await expect(outcomeOf(run())).resolves.toBe("done");
    expect(context.lines).toEqual([setOnT]);
    expect(cluster.configs.get("t")?.get("retention.ms")).toBe("1000");
  });

  it("waits for a broker that does not know a planned topic yet", async () => {
    const { cluster, context, run } = change();
    const changed = vi.spyOn(cluster, "changeTopicConfigs");
    for (let time = 1; time <= 3; time++) changed.mockRejectedValueOnce(unknownTopic());
    await expect(outcomeOf(run())).resolves.toBe("done");
    expect(context.lines).toContain(setOnT);
  });

  it("continues when a broker goes away", async () => {
    const { cluster, run } = change();
    vi.spyOn(cluster, "changeTopicConfigs").mockRejectedValueOnce(connectionError());
    await expect(outcomeOf(run())).resolves.toBe("done");
  });

  it("fails at once with the brokers' reason if a setting is refused", async () => {
    const { cluster, run } = change();
    const refused = refusal("INVALID_CONFIG", 'topic "t": Invalid value -5 for configuration retention.ms');
    const changed = vi.spyOn(cluster, "changeTopicConfigs").mockRejectedValue(refused);
    await expect(outcomeOf(run())).resolves.toBe(
      'topic "t": Invalid value -5 for configuration retention.ms (INVALID_CONFIG); correct the topic\'s settings',
    );
    expect(changed).toHaveBeenCalledTimes(1);
  });
});
