import type { ClusterDescription, PartitionDescription, TopicPartitions } from "../../shared/kafka";
import { counted } from "../../shared/text";
import { keyOf, type PartitionPlacement } from "./plan-replicas";

/** A partition that does not lie as planned yet. */
export interface Move {
  readonly wanted: PartitionPlacement;
  readonly found: PartitionDescription;
  /** Brokers that have to copy it. */
  readonly copying: readonly number[];
}

/** The partitions that are not where they are to be, or not in sync there; those of topics deleted meanwhile left out. */
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

/** Says of partitions that cannot be moved why, with the way out. */
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

/** Says of moves that do not get any further where they stand. */
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
