import type { Problem } from "../../contract/problems";

/** What of a topic cannot be changed back. */
export interface ExistingTopic {
  readonly name: string;
  readonly partitions: number;
}

/** Reads what `kafka-topics --describe` prints. */
export function describedTopics(description: string): ExistingTopic[] {
  const lines = description.matchAll(/^Topic: (\S+)\t.*PartitionCount: (\d+)/gm);
  return [...lines].map(([, name = "", partitions]) => ({ name, partitions: Number(partitions) }));
}

/** Kafka adds partitions to a topic and never takes any away. */
export function partitionProblems(
  partitions: number,
  planned: readonly ExistingTopic[],
  existing: readonly ExistingTopic[] = [],
): Problem[] {
  const names = new Set(planned.map(({ name }) => name));
  const kept = existing.filter(({ name }) => names.has(name));
  const larger = kept.filter((topic) => topic.partitions > partitions);
  const most = Math.max(...larger.map((topic) => topic.partitions));
  const [first, ...others] = larger;
  if (first === undefined) return [];
  const which =
    larger.length === kept.length
      ? `topics of this stack have ${most}`
      : others.length === 0
        ? `topic "${first.name}" has ${most}`
        : `${larger.length} topics of this stack, "${first.name}" among them, have up to ${most}`;
  const remedy =
    `${which} and Kafka cannot take partitions away: set it back to ${most} ` +
    `(npx pulumi config set partitions ${most}), or npm run down first`;
  return [{ path: "partitions", found: partitions, remedy }];
}
