import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addMissingPartitions } from "./add-partitions";
import { connectionError, FakeCluster } from "./testing/fake-cluster";
import { fakeContext, outcomeOf, plannedTopic } from "./testing/fake-context";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Topics of one partition that are to have as many as told, and a run that adds them. */
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
  it("asks nothing where none are missing", async () => {
    const { create, run } = growth({ a: 1 });
    await expect(outcomeOf(run())).resolves.toBe("done");
    expect(create).not.toHaveBeenCalled();
  });

  it("is not repeated where it was carried out but not answered", async () => {
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

  it("waits where a broker refuses what another has done and it has not heard of", async () => {
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

  it("takes as few requests as there may be", async () => {
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`t${index}`, 2]));
    const { create, run } = growth({ ...many, large: 5001 });
    await expect(outcomeOf(run())).resolves.toBe("done");
    expect(create.mock.calls.map(([topics]) => topics.length)).toEqual([50, 50, 20, 1]);
    expect(create.mock.calls[3]![0][0]!.added).toHaveLength(5000);
  });

  it("ends with the brokers' reason when nothing gets any further", async () => {
    const { create, run } = growth({ a: 3 });
    create.mockResolvedValue(new Map([["a", "too many for you (POLICY_VIOLATION)"]]));
    await expect(outcomeOf(run())).resolves.toBe(
      'topic "a": only 1 of 3 partitions after 5 s (too many for you (POLICY_VIOLATION)); look at the logs of the brokers',
    );
  });
});
