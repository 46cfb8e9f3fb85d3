import { KafkaJSError } from "kafkajs";
import { delay } from "../../shutdown";
import type { AnyBroker, AnyBrokerConnection } from "../transport/any-broker";
import type { KafkaClient } from "../transport/client";
import { isFromKafka, kafkaReason } from "../transport/errors";
import {
  type ClusterDescription,
  isThere,
  type TopicDescription,
  metadataApiKey,
  metadataExchange,
  metadataVersion,
} from "../requests/metadata";

/** What a topic is besides its name, which another may bear after it. */
export interface TopicIdentity {
  /** Undefined where the brokers do not say. */
  readonly clusterId: string | undefined;
  /** A topic that is deleted and made again has another; undefined where the brokers are older than Kafka 2.8. */
  readonly topicId: string | undefined;
}

/** What of a cluster's description says which topics there are. */
interface IdentifiedTopics extends Pick<ClusterDescription, "clusterId"> {
  readonly topics: readonly Pick<TopicDescription, "errorCode" | "name" | "topicId">[];
}

/** By topic, of those that exist. */
export type TopicIdentities = ReadonlyMap<string, TopicIdentity>;

const retryMs = 1000;

/** Which topics they are that bear these names, asked until a broker knows all; nothing when `signal` aborts first. */
export async function topicIdentities(
  kafka: KafkaClient,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<TopicIdentities | undefined> {
  while (!signal.aborted) {
    try {
      const found = await kafka.identifyTopics(topics);
      if (topics.every((topic) => found.has(topic))) return found;
    } catch (error) {
      if (!isFromKafka(error)) throw error;
      kafka.logger.debug(`the ids of the topics could not be had: ${kafkaReason(error)}`);
    }
    await delay(retryMs, signal);
  }
  return undefined;
}

/** Asks one broker once. @throws what kafkajs throws when none can be reached, or does not answer. */
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

/** @throws KafkaJSError for a topic that the brokers say nothing about, because they may not or cannot. */
export function identitiesOf({ clusterId, topics }: IdentifiedTopics): TopicIdentities {
  const identities = new Map<string, TopicIdentity>();
  for (const { errorCode, name, topicId } of topics) {
    if (errorCode === unknownTopic) continue;
    if (!isThere({ errorCode }))
      throw new KafkaJSError(`the brokers do not say what topic "${name}" is: Kafka's error ${errorCode}`);
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
