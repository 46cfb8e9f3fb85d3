import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createMissingTopics } from "./create-topics";
import { connectionError, FakeCluster } from "./testing/fake-cluster";
import { fakeContext, outcomeOf, plannedTopic } from "./testing/fake-context";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const creation = (...names: string[]) => ({
  steps: names.map((name) => ({ kind: "create", topic: plannedTopic(name) }) as const),
  placements: names.map((topic) => ({ topic, partition: 0, replicas: [1] })),
});

describe("the creation of topics", () => {
  it("goes on with another broker when one dies meanwhile", async () => {
    const cluster = new FakeCluster([1]);
    vi.spyOn(cluster, "createTopics")
      .mockRejectedValueOnce(connectionError())
      .mockRejectedValueOnce(connectionError());
    const context = fakeContext(cluster, { brokers: 1 });
    const { steps, placements } = creation("a", "b");
    await expect(outcomeOf(createMissingTopics(context, steps, placements))).resolves.toBe("done");
    expect([...cluster.topics.keys()]).toEqual(["a", "b"]);
    expect(context.lines).toEqual([
      "a: created (1 partition, replication factor 1)",
      "b: created (1 partition, replication factor 1)",
    ]);
  });

  it("ends with the reason when no broker takes it for too long", async () => {
    const cluster = new FakeCluster([1]);
    vi.spyOn(cluster, "createTopics").mockRejectedValue(connectionError());
    const { steps, placements } = creation("a");
    await expect(
      outcomeOf(createMissingTopics(fakeContext(cluster, { brokers: 1 }), steps, placements)),
    ).resolves.toBe(
      'topic "a": not created after 5 s (connect ECONNREFUSED); look at the logs of the brokers',
    );
  });

  it("does not repeat what fails by an error of our own", async () => {
    const cluster = new FakeCluster([1]);
    const create = vi.spyOn(cluster, "createTopics").mockRejectedValue(new TypeError("a is not b"));
    const { steps, placements } = creation("a");
    await expect(
      outcomeOf(createMissingTopics(fakeContext(cluster, { brokers: 1 }), steps, placements)),
    ).resolves.toBe("a is not b");
    expect(create).toHaveBeenCalledTimes(1);
  });

  it("does not say who created what was there at a later attempt", async () => {
    const cluster = new FakeCluster([1]);
    vi.spyOn(cluster, "createTopics").mockImplementationOnce(async (topics) => {
      await FakeCluster.prototype.createTopics.call(cluster, topics);
      throw connectionError();
    });
    const context = fakeContext(cluster, { brokers: 1 });
    const { steps, placements } = creation("a");
    await expect(outcomeOf(createMissingTopics(context, steps, placements))).resolves.toBe("done");
    expect(context.lines).toEqual(["a: exists since just now"]);
  });

  it("ends at once, with the brokers' words for each topic, where some are refused", async () => {
    const cluster = new FakeCluster([1]);
    const refused = { kind: "refused", retriable: false } as const;
    const reason = "Invalid value -5 for configuration retention.ms (INVALID_CONFIG)";
    vi.spyOn(cluster, "createTopics").mockResolvedValue(
      new Map([
        ["a", { ...refused, reason }],
        ["b", { kind: "created" }],
        ["c", { ...refused, reason: "not here (POLICY_VIOLATION)" }],
      ]),
    );
    const context = fakeContext(cluster, { brokers: 1 });
    const { steps, placements } = creation("a", "b", "c");
    await expect(outcomeOf(createMissingTopics(context, steps, placements))).resolves.toBe(
      `topic "a": refused by the brokers: ${reason}; correct its settings\n` +
        'topic "c": refused by the brokers: not here (POLICY_VIOLATION); look at their logs',
    );
    expect(context.lines).toEqual(["b: created (1 partition, replication factor 1)"]);
  });

  it("waits for brokers that do not count in one that has just registered", async () => {
    const cluster = new FakeCluster([1]);
    const reason = "Unable to replicate to broker 2 (INVALID_REPLICA_ASSIGNMENT)";
    const create = vi
      .spyOn(cluster, "createTopics")
      .mockResolvedValueOnce(new Map([["a", { kind: "refused", reason, retriable: false }]]));
    const { steps, placements } = creation("a", "b");
    await expect(
      outcomeOf(createMissingTopics(fakeContext(cluster, { brokers: 1 }), steps, placements)),
    ).resolves.toBe("done");
    expect(create).toHaveBeenCalledTimes(2);
  });
});
