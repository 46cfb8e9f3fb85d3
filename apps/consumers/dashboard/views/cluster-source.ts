import type { NodeFrame } from "../../../../contract/frames/frames";

/** A partition as the brokers describe it. */
export interface PlacedPartition {
  readonly partition: number;
  /** Null if there is none. */
  readonly leader: number | null;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

/** What a partition holds: offsets from `earliest` up to, but without, `latest`. */
export interface PartitionBounds {
  readonly earliest: number;
  readonly latest: number;
}

/** What is known of the cluster now. Asking it costs nothing. */
export interface ClusterSource {
  readonly brokers: readonly (NodeFrame & { readonly id: number })[];
  readonly coordinators: readonly NodeFrame[];
  /** Partitions of a topic, by number; empty while it does not exist. */
  partitionsOf(topic: string): readonly PlacedPartition[];
  /** Undefined until its leader has answered. */
  boundsOf(topic: string, partition: number): PartitionBounds | undefined;
  /** Messages that a consumer group has not committed yet; undefined where that is not known. */
  lagOf(group: string, topic: string, partition: number): number | undefined;
}

export function isUnderReplicated({ replicas, inSync }: PlacedPartition): boolean {
  return inSync.length < replicas.length;
}

/** Messages that a topic holds. */
export function messagesIn(cluster: ClusterSource, topic: string): number {
  return sumOver(cluster.partitionsOf(topic), ({ partition }) => {
    const bounds = cluster.boundsOf(topic, partition);
    return bounds === undefined ? 0 : bounds.latest - bounds.earliest;
  });
}

/** Messages that were ever published to a topic; undefined while it is not known of all its partitions. */
export function publishedTo(cluster: ClusterSource, topic: string): number | undefined {
  const bounds = cluster.partitionsOf(topic).map(({ partition }) => cluster.boundsOf(topic, partition));
  if (bounds.length === 0 || bounds.includes(undefined)) return undefined;
  return sumOver(bounds, (each) => each?.latest ?? 0);
}

/** What a group has not committed of a topic; undefined where that is not known of all its partitions. */
export function lagOfTopic(cluster: ClusterSource, group: string, topic: string): number | undefined {
  const lags = cluster.partitionsOf(topic).map(({ partition }) => cluster.lagOf(group, topic, partition));
  if (lags.length === 0 || lags.includes(undefined)) return undefined;
  return sumOver(lags, (lag) => lag ?? 0);
}

export function sumOver<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
