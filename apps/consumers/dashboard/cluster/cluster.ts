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

/** The latest knowledge about the cluster. Reading it asks nobody. */
export interface Cluster {
  readonly brokers: readonly (NodeFrame & { readonly id: number })[];
  /** The members of the ZooKeeper ensemble, or the KRaft controllers that are no brokers. */
  readonly quorum: readonly NodeFrame[];
  /** Partitions of a topic, by number; empty while it does not exist. */
  partitionsOf(topic: string): readonly PlacedPartition[];
  /** Undefined until its leader has answered. */
  boundsOf(topic: string, partition: number): PartitionBounds | undefined;
  /** Messages that a consumer group has not committed yet; undefined while that is unknown. */
  lagOf(group: string, topic: string, partition: number): number | undefined;
}

export function isUnderReplicated({ replicas, inSync }: PlacedPartition): boolean {
  return inSync.length < replicas.length;
}

/** How many messages a topic holds. */
export function messagesIn(cluster: Cluster, topic: string): number {
  return sumOver(cluster.partitionsOf(topic), ({ partition }) => {
    const bounds = cluster.boundsOf(topic, partition);
    return bounds === undefined ? 0 : bounds.latest - bounds.earliest;
  });
}

/** How many messages were ever published to a topic; undefined while one of its partitions is unknown. */
export function publishedTo(cluster: Cluster, topic: string): number | undefined {
  const bounds = cluster.partitionsOf(topic).map(({ partition }) => cluster.boundsOf(topic, partition));
  if (bounds.length === 0 || bounds.includes(undefined)) return undefined;
  return sumOver(bounds, (each) => each?.latest ?? 0);
}

/** How many messages of a topic a group has not committed; undefined while one of its partitions is unknown. */
export function lagOfTopic(cluster: Cluster, group: string, topic: string): number | undefined {
  const lags = cluster.partitionsOf(topic).map(({ partition }) => cluster.lagOf(group, topic, partition));
  if (lags.length === 0 || lags.includes(undefined)) return undefined;
  return sumOver(lags, (lag) => lag ?? 0);
}

export function sumOver<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
