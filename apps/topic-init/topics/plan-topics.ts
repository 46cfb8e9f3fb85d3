import type { TopicInitEnvironment, TopicSettings } from "../../../contract/environment/topic-init";
import { counted } from "../../shared/text";

/** The part of an existing topic that the plan compares. */
export interface FoundTopic {
  readonly name: string;
  readonly partitions: number;
  /** Of the partition with the fewest replicas. */
  readonly replicationFactor: number;
}

export type TopicStep =
  | { readonly kind: "create"; readonly topic: PlannedTopic }
  | { readonly kind: "grow"; readonly topic: PlannedTopic; readonly from: number }
  | { readonly kind: "keep"; readonly topic: PlannedTopic; readonly found: FoundTopic }
  | { readonly kind: "conflict"; readonly topic: PlannedTopic; readonly reason: string };

/** A planned topic: of devices, or one of Kafka's internal topics. */
export interface PlannedTopic extends TopicSettings {
  /** Whether it is one of Kafka's internal topics. Their planned number of partitions is only used to create them. */
  readonly internal: boolean;
}

/** All planned topics, Kafka's internal topics last. */
export function plannedTopics(settings: TopicInitEnvironment): PlannedTopic[] {
  return [
    ...settings.TOPIC_INIT_TOPICS.map((topic) => ({ ...topic, internal: false })),
    ...settings.TOPIC_INIT_INTERNAL_TOPICS.map((topic) => ({ ...topic, internal: true })),
  ];
}

/** Compares the planned topics with the existing ones. @returns one step for each planned topic, in the order of the plan */
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

/** Shows the size of a topic: `1 partition, replication factor 1`. */
export function showTopic({ partitions, replicationFactor }: Omit<FoundTopic, "name">): string {
  return `${counted(partitions, "partition")}, replication factor ${replicationFactor}`;
}
