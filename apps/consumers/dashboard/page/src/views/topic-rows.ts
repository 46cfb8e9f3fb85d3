import type { PartitionFrame, TopicFrame } from "../../../../../../contract/frames/frames";

/** The problem of a partition; undefined if it has none. */
export function partitionProblem({ leader, replicas, inSync }: PartitionFrame): string | undefined {
  if (leader === null) return "no leader";
  const missing = replicas.filter((broker) => !inSync.includes(broker));
  if (missing.length === 0) return undefined;
  return `not in sync: ${missing.map((broker) => `broker-${broker}`).join(", ")}`;
}

/** The partitions that a closed topic shows: all if they are few, otherwise those with problems. */
export function partitionsInShort(
  { partitions, partitionCount }: TopicFrame,
  max: number,
): readonly PartitionFrame[] {
  if (partitionCount <= max) return partitions;
  return partitions.filter((partition) => partitionProblem(partition) !== undefined).slice(0, max);
}
