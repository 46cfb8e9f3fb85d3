import { balanceLeaders } from "./balance-leaders";
import { greatestBy, Layout, type PartitionToPlace, type PlannedPartition, type TopicLayout } from "./layout";

/** The planned brokers of a partition. */
export interface PartitionPlacement {
  readonly topic: string;
  readonly partition: number;
  readonly replicas: readonly number[];
}

/**
 * Decides on which brokers the replicas of all partitions of a cluster lie: only on planned brokers, as many replicas as planned, with
 * replicas and preferred leaders spread evenly over the brokers, for each topic and for all topics together. Replicas are moved only if
 * necessary. The plan for a cluster that is as planned is the same again.
 * @param brokers ids of the planned brokers, ascending
 * @returns all partitions, by topic and number
 */
export function planReplicas(
  partitions: readonly PartitionToPlace[],
  brokers: readonly number[],
): PartitionPlacement[] {
  const layout = new Layout(partitions, brokers);
  const found = new Map(partitions.map((each) => [keyOf(each), each.replicas]));
  const each = (work: (topic: TopicLayout, partition: PlannedPartition) => void) => {
    for (const topic of layout.topics) for (const partition of topic.partitions) work(topic, partition);
  };
  each((topic, partition) => {
    const kept = (found.get(keyOf(partition)) ?? []).filter((broker) => brokers.includes(broker));
    layout.place(topic, partition, kept);
  });
  each((topic, partition) => dropSurplus(layout, topic, partition));
  each((topic, partition) => addMissing(layout, topic, partition));
  balanceReplicas(layout);
  balanceLeaders(layout);
  return layout.topics.flatMap((topic) =>
    topic.partitions.map(({ topic: name, partition, replicas }) => ({ topic: name, partition, replicas })),
  );
}

/** Removes surplus replicas from the brokers that have most; the preferred leader last. */
function dropSurplus(layout: Layout, topic: TopicLayout, partition: PlannedPartition): void {
  while (partition.replicas.length > partition.copies) {
    const dropped = greatestBy(partition.replicas, (broker) => [
      broker === partition.replicas[0] ? 0 : 1,
      topic.replicas.of(broker),
      layout.replicas.of(broker),
      broker,
    ]);
    layout.place(
      topic,
      partition,
      partition.replicas.filter((broker) => broker !== dropped),
    );
  }
}

/** Adds missing replicas on the brokers that have fewest. */
function addMissing(layout: Layout, topic: TopicLayout, partition: PlannedPartition): void {
  while (partition.replicas.length < partition.copies) {
    const absent = layout.brokers.filter((broker) => !partition.replicas.includes(broker));
    const added = greatestBy(absent, (broker) => [
      -topic.replicas.of(broker),
      -layout.replicas.of(broker),
      -broker,
    ]);
    layout.place(topic, partition, [...partition.replicas, added]);
  }
}

/**
 * Spreads the replicas of movable partitions so that two brokers differ by at most one replica, for each topic and for all topics
 * together.
 *
 * First it balances each topic on its own, then all topics together: as long as one broker has two replicas more than another, it has one
 * more of some topic, and moving that one keeps the topic as balanced as it was. So both are always possible.
 */
function balanceReplicas(layout: Layout): void {
  const topics = layout.topics.filter((topic) => topic.partitions.some(({ movable }) => movable));
  for (const topic of topics) balanceTopic(layout, topic);
  balanceAll(layout, topics);
}

function balanceTopic(layout: Layout, topic: TopicLayout): void {
  for (;;) {
    const [fullest, emptiest] = extremes(layout, (broker) => [
      topic.replicas.of(broker),
      layout.replicas.of(broker),
    ]);
    if (topic.replicas.of(fullest) - topic.replicas.of(emptiest) < 2) return;
    moveOne(layout, topic, fullest, emptiest);
  }
}

function balanceAll(layout: Layout, topics: readonly TopicLayout[]): void {
  let next = 0;
  for (;;) {
    const [fullest, emptiest] = extremes(layout, (broker) => [layout.replicas.of(broker)]);
    if (layout.replicas.of(fullest) - layout.replicas.of(emptiest) < 2) return;
    // The next topic is likely to be near the last one. A search from the start would look at a thousand topics for each of a thousand.
    let looked = 0;
    for (; looked < topics.length; looked++) {
      const topic = topics[(next + looked) % topics.length];
      if (topic === undefined || topic.replicas.of(fullest) <= topic.replicas.of(emptiest)) continue;
      moveOne(layout, topic, fullest, emptiest);
      break;
    }
    if (looked === topics.length) throw new Error("no topic has more replicas on the broker that has most");
    next = (next + looked) % topics.length;
  }
}

/** The broker with the highest and the one with the lowest rank; among equals the one with the smaller id. */
function extremes(
  layout: Layout,
  rank: (broker: number) => readonly number[],
): [fullest: number, emptiest: number] {
  return [
    greatestBy(layout.brokers, rank),
    greatestBy(layout.brokers, (broker) => rank(broker).map((count) => -count)),
  ];
}

/** Moves one replica of a topic between two brokers, if possible one that is no preferred leader. */
function moveOne(layout: Layout, topic: TopicLayout, from: number, to: number): void {
  const candidates = topic.partitions.filter(
    ({ replicas, movable }) => movable && replicas.includes(from) && !replicas.includes(to),
  );
  const partition: PlannedPartition = greatestBy(candidates, ({ replicas }) => [
    replicas[0] === from ? 0 : 1,
  ]);
  layout.place(
    topic,
    partition,
    partition.replicas.map((broker) => (broker === from ? to : broker)),
  );
}

/** The key of a partition in maps. */
export function keyOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`;
}

/** The brokers of each partition in the order of the partitions, by topic. */
export function replicasByTopic(
  placements: readonly PartitionPlacement[],
): ReadonlyMap<string, readonly (readonly number[])[]> {
  const byTopic = Map.groupBy(placements, ({ topic }) => topic);
  return new Map([...byTopic].map(([topic, each]) => [topic, each.map(({ replicas }) => replicas)]));
}
