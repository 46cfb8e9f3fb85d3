import type { Problem } from "../../apps/shared/contract/problems";

/** What of a topic cannot be changed back. */
export interface PlannedTopic {
  readonly name: string;
  readonly partitions: number;
}

const variable = "TOPIC_INIT_TOPICS=";

/**
 * The topics of the plan that a stack was last brought to, out of the environment of the container that did it. Undefined if they
 * cannot be read, as of another version of this program.
 */
export function plannedTopics(environment: readonly string[]): PlannedTopic[] | undefined {
  const text = environment.find((line) => line.startsWith(variable))?.slice(variable.length);
  try {
    const topics = JSON.parse(text ?? "") as unknown;
    return Array.isArray(topics) && topics.every(isPlannedTopic) ? topics : undefined;
  } catch {
    return undefined;
  }
}

function isPlannedTopic(value: unknown): value is PlannedTopic {
  const { name, partitions } = (value ?? {}) as Partial<PlannedTopic>;
  return typeof name === "string" && typeof partitions === "number";
}

/** Kafka adds partitions to a topic and never takes any away. */
export function partitionProblems(
  partitions: number,
  planned: readonly PlannedTopic[],
  existing: readonly PlannedTopic[] = [],
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
