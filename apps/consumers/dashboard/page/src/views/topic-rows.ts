import type { PartitionFrame, TopicFrame } from "../../../../../../contract/frames/frames";

/** What is wrong with a partition, or nothing. */
export function partitionProblem({ leader, replicas, inSync }: PartitionFrame): string | undefined {
  if (leader === null) return "no leader";
  const missing = replicas.filter((broker) => !inSync.includes(broker));
  if (missing.length === 0) return undefined;
  return `not in sync: ${missing.map((broker) => `broker-${broker}`).join(", ")}`;
}

/** The few partitions that a topic shows unasked: all of a few, those with problems of many. */
export function partitionsInShort(
  { partitions, partitionCount }: TopicFrame,
  most: number,
): readonly PartitionFrame[] {
  if (partitionCount <= most) return partitions;
  return partitions.filter((partition) => partitionProblem(partition) !== undefined).slice(0, most);
}
