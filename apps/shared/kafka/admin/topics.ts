import type { Logger } from "../../logger";
import { retryUntil } from "../../retry";
import {
  type ClusterDescription,
  isThere,
  metadataApiKey,
  metadataExchange,
  metadataVersion,
  type TopicDescription,
} from "../requests/metadata";
import type { PartitionOffsets } from "../requests/list-offsets";
import type { AnyBroker, AnyBrokerConnection } from "../transport/any-broker";
import { errorNameOf, isFromKafka, KafkaError, kafkaReason, protocolErrorOf } from "../transport/errors";
import type { Admin } from "../transport/kafkajs-internals";

const retryMs = 1000;

/** The part of a client that asks about topics. */
interface AdminClient {
  readonly logger: Logger;
  admin(): Admin;
}

/** Works with an admin client of kafkajs, which is closed afterwards. @throws KafkaError; errors of the work's own */
export async function withAdmin<Result>(
  kafka: Pick<AdminClient, "admin">,
  work: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

/** Those of the topics that exist, asked until a broker answers; undefined if `signal` aborts first. */
export function existingTopics(
  kafka: AdminClient,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const find = async (admin: Admin) => {
    const found: string[] = [];
    for (const topic of topics) if (await exists(admin, topic)) found.push(topic);
    return found;
  };
  return askUntilAnswered(kafka, "the topics could not be listed", find, signal);
}

/** Asks for one topic at a time: if several are asked for, kafkajs does not report which one is missing. */
async function exists(admin: Admin, topic: string): Promise<boolean> {
  try {
    await admin.fetchTopicMetadata({ topics: [topic] });
    return true;
  } catch (error) {
    const code = protocolErrorOf(error);
    if (code === "UNKNOWN_TOPIC_OR_PARTITION") return false;
    if (code === "LEADER_NOT_AVAILABLE") return true;
    throw error;
  }
}

/** What the partitions of existing topics hold, asked until all leaders answer; undefined if `signal` aborts first. */
export function topicOffsets(
  kafka: AdminClient,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly PartitionOffsets[]> | undefined> {
  const find = async (admin: Admin) => {
    const found = new Map<string, readonly PartitionOffsets[]>();
    for (const topic of topics) found.set(topic, await offsetsOf(admin, topic));
    return found;
  };
  return askUntilAnswered(kafka, "the offsets of the topics could not be read", find, signal);
}

/** What the partitions of a topic hold. @throws KafkaError if the topic does not exist, or a leader does not answer */
export async function offsetsOf(admin: Admin, topic: string): Promise<PartitionOffsets[]> {
  const partitions = await admin.fetchTopicOffsets(topic);
  return partitions.map(({ partition, low, high }) => ({
    partition,
    earliest: Number(low),
    latest: Number(high),
  }));
}

function askUntilAnswered<Answer>(
  kafka: AdminClient,
  failure: string,
  ask: (admin: Admin) => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  return retryUntil(signal, () => withAdmin(kafka, ask), {
    delayMs: retryMs,
    canRetry: () => true,
    onRetry: (error) => kafka.logger.debug(`${failure}: ${kafkaReason(error)}`),
  });
}

/** What distinguishes a topic from another one that has the same name later. */
export interface TopicIdentity {
  /** Undefined if the brokers do not report it. */
  readonly clusterId: string | undefined;
  /** A topic that is deleted and created again gets another id. Undefined if the brokers are older than Kafka 2.8. */
  readonly topicId: string | undefined;
}

/** By topic, for topics that exist. */
export type TopicIdentities = ReadonlyMap<string, TopicIdentity>;

/** The identities of the topics with these names, asked until a broker knows all of them; undefined if `signal` aborts first. */
export function topicIdentities(
  kafka: { readonly logger: Logger; identifyTopics(topics: readonly string[]): Promise<TopicIdentities> },
  topics: readonly string[],
  signal: AbortSignal,
): Promise<TopicIdentities | undefined> {
  const ask = async () => {
    const found = await kafka.identifyTopics(topics);
    return topics.every((topic) => found.has(topic)) ? found : undefined;
  };
  return retryUntil(signal, ask, {
    delayMs: retryMs,
    canRetry: isFromKafka,
    onRetry: (error) => {
      if (error !== undefined)
        kafka.logger.debug(`the ids of the topics could not be read: ${kafkaReason(error)}`);
    },
  });
}

/** Asks one broker once. @throws KafkaError if none can be reached, or it does not answer */
export async function identifyTopics(
  connection: AnyBrokerConnection,
  topics: readonly string[],
): Promise<TopicIdentities> {
  if (topics.length === 0) return new Map();
  return connection.use((broker) => identifyBy(broker, topics));
}

/** Asks a broker of any version. */
export async function identifyBy(broker: AnyBroker, topics: readonly string[]): Promise<TopicIdentities> {
  const newest = broker.versions[metadataApiKey]?.maxVersion ?? 0;
  if (newest >= metadataVersion)
    return identitiesOf(await broker.connectionPool.send(metadataExchange(topics)));
  const { clusterId } = await broker.metadata(topics);
  return new Map(topics.map((topic) => [topic, { clusterId: clusterId ?? undefined, topicId: undefined }]));
}

const unknownTopic = 3;

/** The part of a cluster's description that identifies topics. */
interface IdentifiedTopics extends Pick<ClusterDescription, "clusterId"> {
  readonly topics: readonly Pick<TopicDescription, "errorCode" | "name" | "topicId">[];
}

/** @throws KafkaError for a topic that the brokers report nothing about, because they may not or cannot */
export function identitiesOf({ clusterId, topics }: IdentifiedTopics): TopicIdentities {
  const identities = new Map<string, TopicIdentity>();
  for (const { errorCode, name, topicId } of topics) {
    if (errorCode === unknownTopic) continue;
    if (!isThere({ errorCode })) {
      const problem = `the brokers do not report what topic "${name}" is: Kafka's error ${errorCode}`;
      throw new KafkaError(errorNameOf(errorCode), problem);
    }
    identities.set(name, { clusterId, topicId });
  }
  return identities;
}

/** Whether both may be one topic: whatever is known of both is equal. */
export function isSameTopic(one: TopicIdentity, other: TopicIdentity): boolean {
  return isSameId(one.clusterId, other.clusterId) && isSameId(one.topicId, other.topicId);
}

function isSameId(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}
