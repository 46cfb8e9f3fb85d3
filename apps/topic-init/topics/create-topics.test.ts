import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addMissingPartitions, batchesOf, createMissingTopics } from "./create-topics";
import { connectionError, FakeCluster } from "../testing/fake-cluster";
import { fakeContext, outcomeOf, plannedTopic } from "../testing/fake-context";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const creation = (...names: string[]) => ({
  steps: names.map((name) => ({ kind: "create", topic: plannedTopic(name) }) as const),
  placements: names.map((topic) => ({ topic, partition: 0, replicas: [1] })),
});

describe("the creation of topics", () => {
  it("continues with another broker when one dies", async () => {
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

  it("fails with the reason when no broker accepts it for too long", async () => {
    const cluster = new FakeCluster([1]);
    vi.spyOn(cluster, "createTopics").mockRejectedValue(connectionError());
    const { steps, placements } = creation("a");
    await expect(
      outcomeOf(createMissingTopics(fakeContext(cluster, { brokers: 1 }), steps, placements)),
    ).resolves.toBe(
      'topic "a": not created after 5 s (connect ECONNREFUSED); look at the logs of the brokers',
    );
  });

  it("does not repeat a request that fails by an error of our own", async () => {
    const cluster = new FakeCluster([1]);
    const create = vi.spyOn(cluster, "createTopics").mockRejectedValue(new TypeError("a is not b"));
    const { steps, placements } = creation("a");
    await expect(
      outcomeOf(createMissingTopics(fakeContext(cluster, { brokers: 1 }), steps, placements)),
    ).resolves.toBe("a is not b");
    expect(create).toHaveBeenCalledTimes(1);
  });

  it("accepts a topic that an attempt without an answer has created", async () => {
    const cluster = new FakeCluster([1]);
    vi.spyOn(cluster, "createTopics").mockImplementationOnce(async (topics) => {
      await FakeCluster.prototype.createTopics.call(cluster, topics);
      throw connectionError();
    });
    const context = fakeContext(cluster, { brokers: 1 });
    const { steps, placements } = creation("a");
    await expect(outcomeOf(createMissingTopics(context, steps, placements))).resolves.toBe("done");
    expect(context.lines).toEqual(["a: was created meanwhile"]);
  });

  it("fails at once with the brokers' reason for each refused topic", async () => {
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

  it("waits for brokers that do not know yet of one that has just registered", async () => {
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

/** Existing topics of one partition that are planned with more, and a run that adds them. */
function growth(partitions: Readonly<Record<string, number>>) {
  const cluster = new FakeCluster([1]);
  for (const name of Object.keys(partitions)) cluster.put(name, [[[1], [1]]]);
  const planned = Object.entries(partitions).map(([name, count]) =>
    plannedTopic(name, { partitions: count }),
  );
  const placements = planned.flatMap(({ name: topic, partitions: count }) =>
    Array.from({ length: count }, (_, partition) => ({ topic, partition, replicas: [1] })),
  );
  const context = fakeContext(cluster, { brokers: 1 });
  const create = vi.spyOn(cluster, "createPartitions");
  return { cluster, create, context, run: () => addMissingPartitions(context, planned, placements) };
}

describe("the addition of partitions", () => {
  it("sends no request if no partition is missing", async () => {
    const { create, run } = growth({ a: 1 });
    await expect(outcomeOf(run())).resolves.toBe("done");
    expect(create).not.toHaveBeenCalled();
  });

  it("is not repeated if it succeeded without an answer", async () => {
    const { cluster, create, context, run } = growth({ a: 3 });
    create.mockImplementationOnce(async (topics) => {
      await FakeCluster.prototype.createPartitions.call(cluster, topics);
      throw connectionError();
    });
    await expect(outcomeOf(run())).resolves.toBe("done");
    expect(create).toHaveBeenCalledTimes(1);
    expect(cluster.topics.get("a")).toHaveLength(3);
    expect(context.lines).toEqual(["a: has 3 partitions now, had 1"]);
  });

  it("waits if a broker refuses it because its metadata is stale", async () => {
    const { cluster, create, run } = growth({ a: 3 });
    const before = await cluster.describe();
    const describe = vi.spyOn(cluster, "describe");
    for (let look = 1; look <= 2; look++) describe.mockResolvedValueOnce(before);
    await expect(outcomeOf(run())).resolves.toBe("done");
    expect(create).toHaveBeenCalledTimes(2);
    await expect(create.mock.results[1]!.value).resolves.toEqual(
      new Map([["a", "Topic already has 3 partitions (INVALID_PARTITIONS)"]]),
    );
  });

  it("takes as few requests as possible", async () => {
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`t${index}`, 2]));
    const { create, run } = growth({ ...many, large: 5001 });
    await expect(outcomeOf(run())).resolves.toBe("done");
    expect(create.mock.calls.map(([topics]) => topics.length)).toEqual([50, 50, 20, 1]);
    expect(create.mock.calls[3]![0][0]!.added).toHaveLength(5000);
  });

  it("fails with the brokers' reason when there is no progress", async () => {
    const { create, run } = growth({ a: 3 });
    create.mockResolvedValue(new Map([["a", "too many for you (POLICY_VIOLATION)"]]));
    await expect(outcomeOf(run())).resolves.toBe(
      'topic "a": only 1 of 3 partitions after 5 s (too many for you (POLICY_VIOLATION)); look at the logs of the brokers',
    );
  });
});

const batches = (...partitions: number[]) => batchesOf(partitions, (each) => each);

describe("the topics of one request", () => {
  it("are none if there are none", () => {
    expect(batches()).toEqual([]);
  });

  it("are at most fifty", () => {
    expect(batches(...Array.from({ length: 120 }, () => 1)).map((batch) => batch.length)).toEqual([
      50, 50, 20,
    ]);
  });

  it("have at most two thousand partitions, unless a single topic has more", () => {
    expect(batches(1500, 500, 1, 1999, 1, 5000, 1)).toEqual([[1500, 500], [1, 1999], [1], [5000], [1]]);
  });
});
