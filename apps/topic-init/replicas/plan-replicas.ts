import { balanceLeaders } from "./balance-leaders";
import { balanceReplicas } from "./balance-replicas";
import { greatestBy, Layout, type PartitionToPlace, type PlannedPartition, type TopicLayout } from "./layout";

/** Where a partition is to lie. */
export interface PartitionPlacement {
  readonly topic: string;
  readonly partition: number;
  readonly replicas: readonly number[];
}

/**
 * Decides where every partition of a cluster is to lie: on the planned brokers alone, each as many times as wanted, replicas and
 * preferred leaders spread evenly over the brokers, for each topic and for all together. A replica stays where it may stay. What
 * is planned from the outcome is the outcome itself.
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

/** Takes replicas from the brokers that have most; the preferred leader last. */
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

/** Adds replicas on the brokers that have fewest. */
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

/** Names a partition in a map. */
export function keyOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`;
}

/** The brokers of each partition, in the partitions' order, by topic. */
export function replicasByTopic(
  placements: readonly PartitionPlacement[],
): ReadonlyMap<string, readonly (readonly number[])[]> {
  const byTopic = Map.groupBy(placements, ({ topic }) => topic);
  return new Map([...byTopic].map(([topic, each]) => [topic, each.map(({ replicas }) => replicas)]));
}
