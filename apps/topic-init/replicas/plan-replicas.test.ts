import { describe, expect, it } from "vitest";
import type { PartitionToPlace } from "./layout";
import { type PartitionPlacement, keyOf, planReplicas } from "./plan-replicas";

/** A generator of numbers in [0, 1) that are the same in every run (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const idsTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

const partitionsOf = (
  topic: string,
  replicas: readonly (readonly number[])[],
  copies: number,
  movable = true,
): PartitionToPlace[] =>
  replicas.map((each, partition) => ({ topic, partition, replicas: each, copies, movable }));

/** `count` topics of one partition each, with replicas on these brokers. */
const topicsOf = (count: number, replicas: readonly number[], copies: number): PartitionToPlace[] =>
  Array.from({ length: count }, (_, index) => partitionsOf(`t-${index}`, [replicas], copies)).flat();

/** A random cluster with planned topics, topics of others and topics that do not exist yet. */
function randomCluster(seed: number): { partitions: PartitionToPlace[]; brokers: number[] } {
  const next = numbers(seed);
  const upTo = (most: number) => 1 + Math.floor(next() * most);
  const brokers = idsTo(upTo(5));
  const before = idsTo(upTo(6));
  const anywhere = (count: number) =>
    before
      .map((broker) => ({ broker, at: next() }))
      .sort((one, other) => one.at - other.at)
      .slice(0, count)
      .map(({ broker }) => broker);
  const partitions = Array.from({ length: upTo(30) }, (_, index) => {
    const movable = next() < 0.7;
    const isNew = movable && next() < 0.3;
    const had = upTo(before.length);
    const copies = movable ? upTo(brokers.length) : Math.min(had, brokers.length);
    return partitionsOf(
      `t-${index}`,
      Array.from({ length: upTo(7) }, () => (isNew ? [] : anywhere(had))),
      copies,
      movable,
    );
  }).flat();
  return { partitions, brokers };
}

const replan = (
  partitions: readonly PartitionToPlace[],
  placed: readonly PartitionPlacement[],
): PartitionToPlace[] => {
  const byKey = new Map(placed.map((each) => [keyOf(each), each.replicas]));
  return partitions.map((each) => ({ ...each, replicas: byKey.get(keyOf(each)) ?? [] }));
};

/** By how much the counts of brokers differ. */
const spreadOf = (
  brokers: readonly number[],
  placed: readonly PartitionPlacement[],
  count: (placement: PartitionPlacement, broker: number) => boolean,
): number => {
  const counts = brokers.map((broker) => placed.filter((each) => count(each, broker)).length);
  return Math.max(...counts) - Math.min(...counts);
};
const keeps = ({ replicas }: PartitionPlacement, broker: number) => replicas.includes(broker);
const leads = ({ replicas }: PartitionPlacement, broker: number) => replicas[0] === broker;

/** How many replicas brokers get that they did not have before. */
const movedReplicas = (partitions: readonly PartitionToPlace[], placed: readonly PartitionPlacement[]) => {
  const byKey = new Map(partitions.map((each) => [keyOf(each), each.replicas]));
  return placed.flatMap((each) => each.replicas.filter((broker) => !byKey.get(keyOf(each))?.includes(broker)))
    .length;
};

describe.each(idsTo(200))("the plan for the partitions of random cluster %i", (seed) => {
  const { partitions, brokers } = randomCluster(seed);
  const placed = planReplicas(partitions, brokers);
  const movable = new Set(partitions.filter((each) => each.movable).map(({ topic }) => topic));
  const movablePlaced = placed.filter(({ topic }) => movable.has(topic));

  it("uses only planned brokers, and as many replicas as planned", () => {
    expect(placed.map(keyOf).sort()).toEqual(partitions.map(keyOf).sort());
    const wanted = new Map(partitions.map((each) => [keyOf(each), each.copies]));
    for (const each of placed) {
      expect(each.replicas).toHaveLength(wanted.get(keyOf(each)) ?? -1);
      expect(new Set(each.replicas).size).toBe(each.replicas.length);
      expect(each.replicas.filter((broker) => !brokers.includes(broker))).toEqual([]);
    }
  });

  it("is even over the brokers, for each topic and for all topics", () => {
    expect(spreadOf(brokers, movablePlaced, keeps)).toBeLessThanOrEqual(1);
    for (const topic of movable) {
      const own = placed.filter((each) => each.topic === topic);
      expect(spreadOf(brokers, own, keeps)).toBeLessThanOrEqual(1);
      if (own.every(({ replicas }) => replicas.length === brokers.length))
        expect(spreadOf(brokers, own, leads)).toBeLessThanOrEqual(1);
    }
  });

  it("stays the same when it is planned again from its result", () => {
    expect(planReplicas(replan(partitions, placed), brokers)).toEqual(placed);
  });

  it("does not depend on the order of the partitions", () => {
    expect(planReplicas(partitions.toReversed(), brokers)).toEqual(placed);
  });

  it("leaves partitions in place that have no reason to move", () => {
    for (const { topic, partition, replicas, copies } of partitions.filter((each) => !each.movable)) {
      const stays = replicas.filter((broker) => brokers.includes(broker));
      const now = placed.find((each) => each.topic === topic && each.partition === partition)?.replicas ?? [];
      const keptOf = now.filter((broker) => stays.includes(broker));
      expect(keptOf).toHaveLength(Math.min(stays.length, copies));
      expect(now[0]).toBe(stays[0] ?? now[0]);
    }
  });
});

describe("the plan for partitions", () => {
  it("spreads three hundred partitions from one broker to three, and moves two hundred", () => {
    const partitions = topicsOf(300, [1], 1);
    const placed = planReplicas(partitions, [1, 2, 3]);
    for (const broker of [1, 2, 3]) expect(placed.filter((each) => keeps(each, broker))).toHaveLength(100);
    expect(movedReplicas(partitions, placed)).toBe(200);
  });

  it("spreads a thousand new topics of one partition, and their leaders", () => {
    const placed = planReplicas(topicsOf(1000, [], 3), idsTo(7));
    expect(spreadOf(idsTo(7), placed, keeps)).toBeLessThanOrEqual(1);
    expect(spreadOf(idsTo(7), placed, leads)).toBeLessThanOrEqual(1);
  });

  it("moves only the partitions of a broker that goes", () => {
    const partitions = planReplicas(topicsOf(300, [], 1), [1, 2, 3]).map((each) => ({
      ...each,
      copies: 1,
      movable: true,
    }));
    const placed = planReplicas(partitions, [1, 2]);
    expect(movedReplicas(partitions, placed)).toBe(100);
    expect(spreadOf([1, 2], placed, keeps)).toBe(0);
  });

  it("adds replicas when brokers are added, and leaves the existing ones", () => {
    const partitions = partitionsOf("t", [[1], [1], [1], [1]], 3);
    const placed = planReplicas(partitions, [1, 2, 3]);
    expect(movedReplicas(partitions, placed)).toBe(8);
    expect(placed.every(({ replicas }) => replicas.includes(1))).toBe(true);
    expect(spreadOf([1, 2, 3], placed, leads)).toBe(1);
  });

  it("removes replicas when brokers are removed, and moves none", () => {
    const partitions = partitionsOf(
      "t",
      [
        [1, 2, 3],
        [2, 3, 1],
        [3, 1, 2],
        [1, 3, 2],
      ],
      1,
    );
    const placed = planReplicas(partitions, [1]);
    expect(placed.map(({ replicas }) => replicas)).toEqual([[1], [1], [1], [1]]);
    expect(movedReplicas(partitions, placed)).toBe(0);
  });

  it("spreads leaders by way of a third broker", () => {
    // Broker 1 leads two partitions more than broker 3, but they share no partition.
    const partitions = partitionsOf(
      "t",
      [
        [1, 2],
        [1, 2],
        [2, 3],
        [2, 1],
        [3, 2],
        [1, 2],
      ],
      2,
      true,
    );
    const onlyOrder = planReplicas(partitions, [1, 2, 3]);
    expect(spreadOf([1, 2, 3], onlyOrder, leads)).toBe(0);
  });

  it("spreads thousands of partitions from one broker, and their leaders", () => {
    const onOne = Array.from({ length: 10 }, () => [1]);
    const partitions = Array.from({ length: 200 }, (_, index) => partitionsOf(`t-${index}`, onOne, 3)).flat();
    const placed = planReplicas(partitions, idsTo(9));
    expect(spreadOf(idsTo(9), placed, keeps)).toBeLessThanOrEqual(1);
    expect(spreadOf(idsTo(9), placed, leads)).toBeLessThanOrEqual(1);
  });
});
