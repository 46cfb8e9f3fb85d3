import type { TopicSettings } from "../shared/contract/topic-init";
import { counted } from "../shared/text";

/** What of an existing topic the plan looks at. */
export interface FoundTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
}

export type TopicStep =
  | { readonly kind: "create"; readonly topic: TopicSettings }
  | { readonly kind: "keep"; readonly topic: TopicSettings; readonly warning?: string }
  | { readonly kind: "conflict"; readonly topic: TopicSettings; readonly reason: string };

/** Compares the topics as they are to be with those that exist: one step for each planned topic, in its order. */
export function planTopics(
  planned: readonly TopicSettings[],
  found: readonly FoundTopic[],
  brokers: number,
): TopicStep[] {
  const foundByName = new Map(found.map((topic) => [topic.name, topic]));
  return planned.map((topic) => {
    const existing = foundByName.get(topic.name);
    return existing === undefined ? { kind: "create", topic } : compare(topic, existing, brokers);
  });
}

function compare(topic: TopicSettings, existing: FoundTopic, brokers: number): TopicStep {
  if (existing.partitions !== topic.partitions) {
    return {
      kind: "conflict",
      topic,
      reason:
        `topic "${topic.name}": exists with ${counted(existing.partitions, "partition")}, planned ${topic.partitions}; ` +
        `set partitions back to ${existing.partitions}, or delete the topic with its messages`,
    };
  }
  if (existing.replicationFactor > brokers) {
    // Its copies would lie on brokers that are to go, and no write would find enough of them.
    return {
      kind: "conflict",
      topic,
      reason:
        `topic "${topic.name}": exists with ${existing.replicationFactor} copies, more than brokers (${brokers}); ` +
        `set brokers back to at least ${existing.replicationFactor}, or delete the topic with its messages`,
    };
  }
  if (existing.replicationFactor !== topic.replicationFactor) {
    return {
      kind: "keep",
      topic,
      warning:
        `topic "${topic.name}": exists with replication factor ${existing.replicationFactor}, ` +
        `planned ${topic.replicationFactor}; it stays as it is`,
    };
  }
  return { kind: "keep", topic };
}

/** Writes a topic's measures: `1 partition, replication factor 1`. */
export function showTopic({ partitions, replicationFactor }: Omit<FoundTopic, "name">): string {
  return `${counted(partitions, "partition")}, replication factor ${replicationFactor}`;
}
