import {
  type ClusterAdmin,
  type ClusterDescription,
  isFromKafka,
  type PartitionDescription,
  TooOldBroker,
  type TopicPartitions,
} from "../../shared/kafka";
import { counted } from "../../shared/text";
import { keyOf, type PartitionPlacement } from "./plan-replicas";

/** A partition that does not lie as planned yet. */
export interface Move {
  readonly wanted: PartitionPlacement;
  readonly found: PartitionDescription;
  /** Brokers that have yet to copy it. */
  readonly copying: readonly number[];
}

/** The partitions that are not on their planned brokers, or not in sync there. Partitions of deleted topics are left out. */
export function movesLeft(wanted: readonly PartitionPlacement[], cluster: ClusterDescription): Move[] {
  const found = new Map(
    cluster.topics.flatMap(({ name: topic, partitions }) =>
      partitions.map((each) => [keyOf({ topic, partition: each.partition }), each] as const),
    ),
  );
  return wanted.flatMap((each) => {
    const partition = found.get(keyOf(each));
    if (partition === undefined) return [];
    const copying = each.replicas.filter((broker) => !partition.inSyncReplicas.includes(broker));
    if (copying.length === 0 && isSameList(each.replicas, partition.replicas)) return [];
    return [{ wanted: each, found: partition, copying }];
  });
}

export function isSameList(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

/** Partitions by topic. */
export function byTopic(
  partitions: readonly { readonly topic: string; readonly partition: number }[],
): TopicPartitions[] {
  return [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, each]) => ({
    topic,
    partitions: each.map(({ partition }) => partition),
  }));
}

const maxShownCount = 5;

/** Explains why partitions without a leader cannot be moved, with the remedy. */
export function showLost(moves: readonly Move[]): string {
  return listed(moves, ({ wanted: { topic, partition }, found }) => {
    const holders = found.inSyncReplicas.length > 0 ? found.inSyncReplicas : found.replicas;
    const noun = holders.length === 1 ? "broker" : "brokers";
    const verb = holders.length === 1 ? "does" : "do";
    return (
      `topic "${topic}" partition ${partition}: its only complete copies lie on ${noun} ${holders.join(", ")}, ` +
      `which ${verb} not answer; start ${noun} ${holders.join(", ")} again, or delete the topic with its messages`
    );
  });
}

/** Shows how far moves without progress are, with the logs to look at. */
export function showStuck(moves: readonly Move[], refusals: ReadonlyMap<string, string>): string {
  return listed(moves, ({ wanted, found, copying }) => {
    const refusal = refusals.get(keyOf(wanted));
    const blamed = copying.length > 0 ? copying : wanted.replicas;
    return (
      `topic "${wanted.topic}" partition ${wanted.partition}: planned on ${brokerList(wanted.replicas)}, ` +
      `in sync on ${found.inSyncReplicas.join(", ") || "none"}${refusal === undefined ? "" : ` (refused: ${refusal})`}; ` +
      `look at the logs of ${brokerList(blamed)}`
    );
  });
}

function brokerList(ids: readonly number[]): string {
  return `${ids.length === 1 ? "broker" : "brokers"} ${ids.join(", ")}`;
}

function listed(moves: readonly Move[], show: (move: Move) => string): string {
  const lines = moves.slice(0, maxShownCount).map(show);
  const more = moves.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${counted(more, "partition")} more`] : [])].join("\n");
}

/**
 * The progress of moves: which partitions have been in place, which replicas in sync, and how many bytes brokers have copied. It only
 * grows: a replica that falls behind and catches up again is no progress, and neither is a size that a broker reports again.
 */
export class MoveProgress {
  private readonly missing = new Set<string>();
  private readonly reached = new Set<string>();
  private readonly maxBytes = new Map<string, number>();

  constructor(private readonly cluster: Pick<ClusterAdmin, "replicaSizes">) {}

  /** A new text whenever there is more progress than ever before. */
  toString(): string {
    const bytes = [...this.maxBytes.values()].reduce((sum, each) => sum + each, 0);
    return `${this.reached.size} ${bytes}`;
  }

  /** Notes which moves are left. */
  note(left: readonly Move[]): void {
    const missing = new Set(
      left.flatMap(({ wanted, copying }) => [
        keyOf(wanted),
        ...copying.map((broker) => replicaKey(broker, wanted)),
      ]),
    );
    for (const each of this.missing) if (!missing.has(each)) this.reached.add(each);
    for (const each of missing) this.missing.add(each);
  }

  /** Asks brokers how much they have copied, one after the other: a failed request would break another one at the same time. */
  async measure(moves: readonly Move[]): Promise<void> {
    for (const broker of new Set(moves.flatMap(({ copying }) => copying))) {
      const copied = moves.filter(({ copying }) => copying.includes(broker)).map(({ wanted }) => wanted);
      try {
        for (const size of await this.cluster.replicaSizes(broker, byTopic(copied))) {
          const replica = replicaKey(broker, size);
          this.maxBytes.set(replica, Math.max(size.sizeBytes, this.maxBytes.get(replica) ?? 0));
        }
      } catch (error) {
        if (!isFromKafka(error) && !(error instanceof TooOldBroker)) throw error;
      }
    }
  }
}

function replicaKey(broker: number, partition: Parameters<typeof keyOf>[0]): string {
  return `${broker} ${keyOf(partition)}`;
}
