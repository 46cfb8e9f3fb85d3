import type { TopicInitEnvironment, TopicSettings } from "../../contract/environment/topic-init";
import { counted } from "../shared/text";

/** What of an existing topic the plan looks at. */
export interface FoundTopic {
  readonly name: string;
  readonly partitions: number;
  /** Of the partition with the fewest copies. */
  readonly replicationFactor: number;
}

export type TopicStep =
  | { readonly kind: "create"; readonly topic: PlannedTopic }
  | { readonly kind: "grow"; readonly topic: PlannedTopic; readonly from: number }
  | { readonly kind: "keep"; readonly topic: PlannedTopic; readonly found: FoundTopic }
  | { readonly kind: "conflict"; readonly topic: PlannedTopic; readonly reason: string };

/** A topic as it is to be, a device's or one of Kafka's own. */
export interface PlannedTopic extends TopicSettings {
  /** Kafka's own, of which the number of partitions counts only as long as it does not exist. */
  readonly internal: boolean;
}

/** All planned topics, Kafka's own last. */
export function plannedTopics(settings: TopicInitEnvironment): PlannedTopic[] {
  return [
    ...settings.TOPIC_INIT_TOPICS.map((topic) => ({ ...topic, internal: false })),
    ...settings.TOPIC_INIT_INTERNAL_TOPICS.map((topic) => ({ ...topic, internal: true })),
  ];
}

/** Compares the topics as they are to be with those that exist: one step for each planned topic, in its order. */
export function planTopics(
  planned: readonly PlannedTopic[],
  found: readonly FoundTopic[],
  brokers: number,
): TopicStep[] {
  const foundByName = new Map(found.map((topic) => [topic.name, topic]));
  return planned.map((topic) => {
    if (topic.replicationFactor > brokers) {
      const reason =
        `topic "${topic.name}": replication factor ${topic.replicationFactor} exceeds brokers (${brokers}); ` +
        `lower replicationFactor or add brokers`;
      return { kind: "conflict", topic, reason };
    }
    const existing = foundByName.get(topic.name);
    return existing === undefined ? { kind: "create", topic } : compare(topic, existing);
  });
}

function compare(topic: PlannedTopic, existing: FoundTopic): TopicStep {
  if (topic.internal || existing.partitions === topic.partitions)
    return { kind: "keep", topic, found: existing };
  if (existing.partitions < topic.partitions) return { kind: "grow", topic, from: existing.partitions };
  return {
    kind: "conflict",
    topic,
    reason:
      `topic "${topic.name}": exists with ${counted(existing.partitions, "partition")}, planned ${topic.partitions}; ` +
      `set partitions back to ${existing.partitions}, or delete the topic with its messages`,
  };
}

/** Writes a topic's measures: `1 partition, replication factor 1`. */
export function showTopic({ partitions, replicationFactor }: Omit<FoundTopic, "name">): string {
  return `${counted(partitions, "partition")}, replication factor ${replicationFactor}`;
}
