import type { ProtocolStatus } from "./exchange";
import { exchangeOf, type ProtocolExchange, type ProtocolReader, type ProtocolWriter } from "./exchange";

/** What to read of one partition. */
export interface PartitionToFetch {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The most bytes of batches; the first batch comes whole, however long it is (KIP-74). */
  readonly maxBytes: number;
  /** How long the broker waits for messages if there are none yet. */
  readonly maxWaitMs: number;
}

/** What a leader has of one partition. */
export interface FetchedPartition extends Pick<ProtocolStatus, "errorCode"> {
  /** The first offset that consumers cannot read yet. */
  readonly highWatermark: number;
  /** Batches as the broker stores them. The last one may be cut off. */
  readonly recordSet: Buffer;
}

/** One partition of an answer about several. */
export interface AnsweredPartition extends FetchedPartition {
  readonly partition: number;
  /** The first offset that still exists; -1 if there was an error. */
  readonly logStart: number;
}

const fetchApiKey = 1;
/** The first flexible version, known since Kafka 2.7; later ones name topics by ids. Zstandard needs version 10 (KIP-110). */
export const fetchVersion = 12;
/** The first version that names topics by ids (KIP-516), known since Kafka 3.1. */
const fetchByIdVersion = 13;

/** Not a broker but a consumer. */
const consumer = -1;
const noEpoch = -1;
const noOffset = -1;
/** The request belongs to no session (KIP-227). */
const noSession = { id: 0, epoch: -1 };
const readUncommitted = 0;

/**
 * Reads one partition at its leader, including messages of aborted transactions.
 *
 * Fetch Request (Version: 12) => replica_id max_wait_ms min_bytes max_bytes isolation_level session_id session_epoch [topics]
 *     [forgotten_topics_data] rack_id TAG_BUFFER
 *   topics => topic [partitions] TAG_BUFFER
 *
 * Fetch Response (Version: 12) => throttle_time_ms error_code session_id [responses] TAG_BUFFER
 *   responses => topic [partitions] TAG_BUFFER
 */
export function fetchExchange({
  topic,
  partition,
  offset,
  maxBytes,
  maxWaitMs,
}: PartitionToFetch): ProtocolExchange<FetchedPartition> {
  return exchangeOf({
    apiKey: fetchApiKey,
    apiVersion: fetchVersion,
    apiName: "Fetch",
    write: (writer) => {
      writer
        .int32(consumer)
        .int32(maxWaitMs)
        .int32(1)
        .int32(maxBytes)
        .int8(readUncommitted)
        .int32(noSession.id)
        .int32(noSession.epoch)
        .array([topic], () =>
          writer.string(topic).array([{ partition, offset, maxBytes }], writePartition(writer)).noTags(),
        )
        .array([], () => {})
        .string("")
        .noTags();
    },
    read: (reader) => {
      reader.int32();
      const errorCode = reader.int16();
      reader.int32();
      const [fetched] = reader
        .array(() => {
          reader.string();
          const partitions = reader.array(() => readAnsweredPartition(reader));
          reader.skipTags();
          return partitions;
        })
        .flat();
      if (errorCode !== 0 || fetched === undefined)
        return { errorCode, highWatermark: noOffset, recordSet: Buffer.alloc(0) };
      return fetched;
    },
  });
}

/** A partition by its topic's id, which differs from that of another topic with the same name. */
export interface PartitionById {
  readonly topicId: string;
  readonly partition: number;
}

/** A request's position in a session of fetches (KIP-227). */
export interface SessionPosition {
  /** 0 for none. */
  readonly id: number;
  /** The number of the request in its session. 0 begins a new session, and ends the one with the id. */
  readonly epoch: number;
}

/** What to read of many partitions that one broker leads. */
export interface FetchOfMany extends Pick<PartitionToFetch, "maxWaitMs"> {
  readonly session: SessionPosition;
  /** Partitions that the session does not have yet, or not with this offset. */
  readonly partitions: readonly (PartitionById & { readonly offset: number })[];
  /** Partitions to remove from the session. */
  readonly forgotten: readonly PartitionById[];
  /** The most bytes of batches, in total and of each partition; the first batch comes whole, however long it is (KIP-74). */
  readonly maxBytes: number;
  readonly maxBytesOfPartition: number;
}

/** What a broker has of many partitions; in a session, only of those that have changed. */
export interface FetchedMany {
  /** Kafka's code of an error of the request or its session; 0 for none. */
  readonly errorCode: number;
  /** Of the session that was begun; 0 if the broker has no room for one. */
  readonly sessionId: number;
  readonly partitions: readonly (AnsweredPartition & PartitionById)[];
}

/**
 * Reads partitions at their leader, including messages of aborted transactions.
 *
 * Fetch Request (Version: 13) => replica_id max_wait_ms min_bytes max_bytes isolation_level session_id session_epoch [topics]
 *     [forgotten_topics_data] rack_id TAG_BUFFER
 *   topics => topic_id [partitions] TAG_BUFFER
 *   forgotten_topics_data => topic_id [partitions] TAG_BUFFER
 *
 * Fetch Response (Version: 13) => throttle_time_ms error_code session_id [responses] TAG_BUFFER
 *   responses => topic_id [partitions] TAG_BUFFER
 */
export function fetchOfManyExchange(asked: FetchOfMany): ProtocolExchange<FetchedMany> {
  const { session, partitions, forgotten, maxBytesOfPartition: maxBytes } = asked;
  return exchangeOf({
    apiKey: fetchApiKey,
    apiVersion: fetchByIdVersion,
    apiName: "Fetch",
    write: (writer) => {
      const one = writePartition(writer);
      writer
        .int32(consumer)
        .int32(asked.maxWaitMs)
        .int32(1)
        .int32(asked.maxBytes)
        .int8(readUncommitted)
        .int32(session.id)
        .int32(session.epoch)
        .array(byTopicId(partitions), ([topicId, those]) =>
          writer
            .uuid(topicId)
            .array(those, ({ partition, offset }) => one({ partition, offset, maxBytes }))
            .noTags(),
        )
        .array(byTopicId(forgotten), ([topicId, those]) =>
          writer
            .uuid(topicId)
            .array(those, ({ partition }) => writer.int32(partition))
            .noTags(),
        )
        .string("")
        .noTags();
    },
    read: (reader) => {
      reader.int32();
      const errorCode = reader.int16();
      const sessionId = reader.int32();
      const answered = reader.array(() => {
        const topicId = reader.uuid() ?? "";
        const found = reader.array(() => ({ ...readAnsweredPartition(reader), topicId }));
        reader.skipTags();
        return found;
      });
      return { errorCode, sessionId, partitions: answered.flat() };
    },
  });
}

function byTopicId<Partition extends PartitionById>(
  partitions: readonly Partition[],
): [string, Partition[]][] {
  return [...Map.groupBy(partitions, ({ topicId }) => topicId)];
}

/** partitions => partition current_leader_epoch fetch_offset last_fetched_epoch log_start_offset partition_max_bytes TAG_BUFFER */
function writePartition(
  writer: ProtocolWriter,
): (partition: Pick<PartitionToFetch, "partition" | "offset" | "maxBytes">) => void {
  return ({ partition, offset, maxBytes }) =>
    writer
      .int32(partition)
      .int32(noEpoch)
      .int64(offset)
      .int32(noEpoch)
      .int64(noOffset)
      .int32(maxBytes)
      .noTags();
}

/**
 * partitions => partition_index error_code high_watermark last_stable_offset log_start_offset [aborted_transactions]
 *     preferred_read_replica records TAG_BUFFER
 *   aborted_transactions => producer_id first_offset TAG_BUFFER
 */
function readAnsweredPartition(reader: ProtocolReader): AnsweredPartition {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  reader.int64();
  const logStart = reader.int64();
  reader.array(() => {
    reader.skip(16);
    reader.skipTags();
  });
  reader.int32();
  const recordSet = reader.lengthAndBytes() ?? Buffer.alloc(0);
  reader.skipTags();
  return { partition, errorCode, highWatermark, logStart, recordSet };
}
