import { exchangeOf, type ProtocolExchange, type ProtocolReader } from "./exchange";
import { KafkaError, throwIfRefused } from "../transport/errors";

/** A node that follows the metadata log of a KRaft cluster. */
export interface QuorumReplica {
  readonly nodeId: number;
  /** The id of the directory with its log; a new one if the node has lost its volume. Undefined in a quorum with a fixed list of voters. */
  readonly directoryId: string | undefined;
  /** When it last fetched from the leader, in milliseconds since 1970; -1 for the leader itself, or never. */
  readonly lastFetchMs: number;
}

/** An address of a controller. */
export interface QuorumListener {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** The quorum of a KRaft cluster as known to its leader. */
export interface QuorumDescription {
  readonly leaderId: number;
  readonly voters: readonly QuorumReplica[];
  readonly observers: readonly QuorumReplica[];
  /** Listeners of the voters by node id. */
  readonly listeners: ReadonlyMap<number, readonly QuorumListener[]>;
}

const describeQuorumApiKey = 55;
/** The version that names directories, known since Kafka 3.9 (KIP-853). */
const describeQuorumVersion = 2;

const metadataTopic = "__cluster_metadata";

/**
 * Asks for the voters of a KRaft cluster.
 *
 * DescribeQuorum Request (Version: 2) => [topics] TAG_BUFFER
 *   topics => topic_name [partitions] TAG_BUFFER
 *     partitions => partition_index TAG_BUFFER
 *
 * DescribeQuorum Response (Version: 2) => error_code error_message [topics] [nodes] TAG_BUFFER
 *   topics => topic_name [partitions] TAG_BUFFER
 */
export function describeQuorumExchange(): ProtocolExchange<QuorumDescription> {
  return exchangeOf({
    apiKey: describeQuorumApiKey,
    apiVersion: describeQuorumVersion,
    apiName: "DescribeQuorum",
    write: (writer) => {
      const partition = () => writer.int32(0).noTags();
      writer.array([metadataTopic], (topic) => writer.string(topic).array([0], partition).noTags()).noTags();
    },
    read: (reader) => {
      throwIfRefused(reader.status());
      const [quorum] = reader
        .array(() => {
          reader.string();
          const partitions = reader.array(() => readPartition(reader));
          reader.skipTags();
          return partitions;
        })
        .flat();
      if (quorum === undefined)
        throw new KafkaError("CLIENT_FAILED", "the brokers report nothing about their quorum");
      const listeners = new Map(reader.array(() => readNode(reader)));
      return { ...quorum, listeners };
    },
  });
}

/** partitions => partition_index error_code error_message leader_id leader_epoch high_watermark [current_voters] [observers] TAG_BUFFER */
function readPartition(reader: ProtocolReader): Omit<QuorumDescription, "listeners"> {
  reader.int32();
  throwIfRefused(reader.status());
  const leaderId = reader.int32();
  reader.int32();
  reader.int64();
  const voters = reader.array(() => readReplica(reader));
  const observers = reader.array(() => readReplica(reader));
  reader.skipTags();
  return { leaderId, voters, observers };
}

/** replicas => replica_id replica_directory_id log_end_offset last_fetch_timestamp last_caught_up_timestamp TAG_BUFFER */
function readReplica(reader: ProtocolReader): QuorumReplica {
  const nodeId = reader.int32();
  const directoryId = reader.uuid();
  reader.int64();
  const lastFetchMs = reader.int64();
  reader.int64();
  reader.skipTags();
  return { nodeId, directoryId, lastFetchMs };
}

/** nodes => node_id [listeners] TAG_BUFFER; listeners => name host port TAG_BUFFER */
function readNode(reader: ProtocolReader): [nodeId: number, listeners: QuorumListener[]] {
  const nodeId = reader.int32();
  const listeners = reader.array(() => {
    const listener = { name: reader.string() ?? "", host: reader.string() ?? "", port: reader.uint16() };
    reader.skipTags();
    return listener;
  });
  reader.skipTags();
  return [nodeId, listeners];
}
