import { exchangeOf, type ProtocolExchange, type ProtocolReader } from "./exchange";

/** A broker and its address. */
export interface BrokerDescription {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

/** One partition as brokers describe it. */
export interface PartitionDescription {
  readonly partition: number;
  /** -1 while it has no leader. */
  readonly leader: number;
  /** The brokers that store it, the preferred leader first; during a reassignment also those that it adds and removes. */
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
}

/** One topic as brokers describe it. */
export interface TopicDescription {
  /** Kafka's code of an error of the topic; 0 for none. */
  readonly errorCode: number;
  readonly name: string;
  /** As Kafka's tools print it; undefined if the cluster has not given it one. */
  readonly topicId: string | undefined;
  /** In no order. */
  readonly partitions: readonly PartitionDescription[];
}

/** A cluster and some of its topics as brokers describe them. */
export interface ClusterDescription {
  readonly clusterId: string | undefined;
  /** The brokers that are registered and alive. */
  readonly brokers: readonly BrokerDescription[];
  /** The broker that accepts requests for the controller; -1 while there is none. In a KRaft cluster, any broker that passes them on. */
  readonly controllerId: number;
  readonly topics: readonly TopicDescription[];
}

const noError = 0;
const noLeaderYet = 5;

/** Whether a topic exists, even if it has no leaders yet. */
export function isThere({ errorCode }: Pick<TopicDescription, "errorCode">): boolean {
  return errorCode === noError || errorCode === noLeaderYet;
}

export const metadataApiKey = 3;
/** Known since Kafka 2.8, since when topics have ids (KIP-516). */
export const metadataVersion = 11;
/** The first flexible version, known since Kafka 2.4. It has no ids of topics. */
export const metadataVersionWithoutIds = 9;

/**
 * Asks for the brokers and for topics, or for all topics if none are named. kafkajs itself speaks no version with topic ids.
 *
 * Metadata Request (Version: 11) => [topics] allow_auto_topic_creation include_topic_authorized_operations TAG_BUFFER
 *   topics => topic_id name TAG_BUFFER
 *
 * Metadata Response (Version: 11) => throttle_time_ms [brokers] cluster_id controller_id [topics] TAG_BUFFER
 *
 * Version 9 also asks for include_cluster_authorized_operations, before those of topics; its answer ends with them.
 */
export function metadataExchange(
  topics: readonly string[] | undefined,
  apiVersion: typeof metadataVersion | typeof metadataVersionWithoutIds = metadataVersion,
): ProtocolExchange<ClusterDescription> {
  const hasIds = apiVersion === metadataVersion;
  return exchangeOf({
    apiKey: metadataApiKey,
    apiVersion,
    apiName: "Metadata",
    write: (writer) => {
      writer
        .array(topics, (topic) => (hasIds ? writer.uuid(undefined) : writer).string(topic).noTags())
        .boolean(false)
        .boolean(false);
      (hasIds ? writer : writer.boolean(false)).noTags();
    },
    read: (reader) => {
      reader.int32();
      const brokers = reader.array(() => readBroker(reader));
      const clusterId = reader.string();
      const controllerId = reader.int32();
      const described = reader.array(() => readTopic(reader, hasIds));
      if (!hasIds) reader.int32();
      reader.skipTags();
      return { clusterId, brokers, controllerId, topics: described };
    },
  });
}

/** brokers => node_id host port rack TAG_BUFFER */
function readBroker(reader: ProtocolReader): BrokerDescription {
  const broker = { nodeId: reader.int32(), host: reader.string() ?? "", port: reader.int32() };
  reader.string();
  reader.skipTags();
  return broker;
}

/** topics => error_code name topic_id (since Version 10) is_internal [partitions] topic_authorized_operations TAG_BUFFER */
function readTopic(reader: ProtocolReader, hasId: boolean): TopicDescription {
  const errorCode = reader.int16();
  const name = reader.string() ?? "";
  const topicId = hasId ? reader.uuid() : undefined;
  reader.skip(1);
  const partitions = reader.array(() => readPartition(reader));
  reader.int32();
  reader.skipTags();
  return { errorCode, name, topicId, partitions };
}

/** partitions => error_code partition_index leader_id leader_epoch [replica_nodes] [isr_nodes] [offline_replicas] TAG_BUFFER */
function readPartition(reader: ProtocolReader): PartitionDescription {
  reader.int16();
  const partition = reader.int32();
  const leader = reader.int32();
  reader.int32();
  const replicas = reader.int32Array();
  const inSyncReplicas = reader.int32Array();
  reader.int32Array();
  reader.skipTags();
  return { partition, leader, replicas, inSyncReplicas };
}
