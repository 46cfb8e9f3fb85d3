import { type ClusterDescription, type CommittedOffset, isThere } from "../../../shared/kafka";
import type { PartitionBounds, PlacedPartition } from "./cluster";

/** The leaders and replicas of partitions, by the brokers' last answer. */
export class Placements {
  private topics: ReadonlyMap<string, readonly PlacedPartition[]> = new Map();

  update({ topics }: Pick<ClusterDescription, "topics">): void {
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

const nothingCommitted = -1;

/** The offsets that consumer groups have committed, by the last answers of their group coordinators. */
export class CommittedOffsets {
  /** By group, by `topic/partition`. */
  private readonly groups = new Map<string, ReadonlyMap<string, number | "unknown">>();

  /** @param offsets all that the group has committed */
  update(group: string, offsets: readonly CommittedOffset[]): void {
    const known = offsets.filter(({ errorCode, offset }) => errorCode !== 0 || offset !== nothingCommitted);
    this.groups.set(
      group,
      new Map(
        known.map(({ topic, partition, errorCode, offset }) => [
          `${topic}/${partition}`,
          errorCode === 0 ? offset : "unknown",
        ]),
      ),
    );
  }

  /** The next offset that a group reads; `none` if it has committed none. */
  of(group: string, topic: string, partition: number): number | "none" | "unknown" {
    const offsets = this.groups.get(group);
    return offsets === undefined ? "unknown" : (offsets.get(`${topic}/${partition}`) ?? "none");
  }
}

/**
 * Messages that a group has not committed yet.
 * @param committed the next offset that it reads; undefined if it has committed none, so that it has all messages before it
 */
export function lagOf({ earliest, latest }: PartitionBounds, committed: number | undefined): number {
  // A group cannot read messages that retention has removed; and bounds may be a moment older than the committed offset.
  return Math.max(0, latest - Math.max(committed ?? earliest, earliest));
}
