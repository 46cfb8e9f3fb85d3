import { type ClusterDescription, isThere } from "../../../shared/kafka";
import type { PlacedPartition } from "../views/cluster-source";

/** Where the partitions of topics lie, as brokers said last. */
export class Placements {
  private topics: ReadonlyMap<string, readonly PlacedPartition[]> = new Map();

  learn({ topics }: Pick<ClusterDescription, "topics">): void {
    this.topics = new Map(
      topics.filter(isThere).map(({ name, partitions }) => [
        name,
        partitions
          .map(({ partition, leader, replicas, inSyncReplicas }) => ({
            partition,
            leader: leader < 0 ? null : leader,
            replicas,
            inSync: inSyncReplicas,
          }))
          .sort((one, other) => one.partition - other.partition),
      ]),
    );
  }

  /** Partitions of a topic, by number. */
  of(topic: string): readonly PlacedPartition[] {
    return this.topics.get(topic) ?? [];
  }
}
