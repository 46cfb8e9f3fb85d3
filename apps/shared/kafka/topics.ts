import type { Admin } from "kafkajs";

/** A topic as the brokers have it. */
export interface TopicState {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Partitions that nobody leads at the moment, in order. */
  readonly leaderless: readonly number[];
}

/** Describes those of the topics that exist, by a `topicAdmin`. */
export async function describeTopics(admin: Admin, names: readonly string[]): Promise<TopicState[]> {
  if (names.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
  return topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.length,
    replicationFactor: Math.min(...partitions.map(({ replicas }) => replicas.length)),
    leaderless: partitions
      .filter(({ leader }) => leader < 0)
      .map(({ partitionId }) => partitionId)
      .sort((one, other) => one - other),
  }));
}

/** Why a topic could not be created. */
export interface TopicRefusal {
  readonly topic: string;
  readonly reason: string;
  /** Another attempt may succeed. */
  readonly retriable: boolean;
}

export interface TopicToCreate {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}

export type CreateOutcome =
  | { readonly kind: "created" }
  | { readonly kind: "existed" }
  | { readonly kind: "refused"; readonly refusal: TopicRefusal };

/** Creates one topic; that somebody else was faster is an outcome like any other. */
export async function createTopic(
  admin: Admin,
  topic: TopicToCreate,
  timeoutMs: number,
): Promise<CreateOutcome> {
  try {
    const created = await admin.createTopics({
      waitForLeaders: false,
      timeout: timeoutMs,
      topics: [
        {
          topic: topic.name,
          numPartitions: topic.partitions,
          replicationFactor: topic.replicationFactor,
          configEntries: Object.entries(topic.config).map(([name, value]) => ({ name, value })),
        },
      ],
    });
    return created ? { kind: "created" } : { kind: "existed" };
  } catch (error) {
    const [first] =
      (error as { errors?: { message: string; type?: string; retriable?: boolean }[] }).errors ?? [];
    if (first === undefined) throw error;
    const reason = first.type === undefined ? first.message : `${first.message} (${first.type})`;
    return {
      kind: "refused",
      refusal: { topic: topic.name, reason, retriable: first.retriable ?? false },
    };
  }
}
