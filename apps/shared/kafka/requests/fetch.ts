import { exchangeOf, type ProtocolExchange } from "./exchange";
import type { ProtocolReader } from "./reader";
import type { ProtocolWriter } from "./writer";
import type { ProtocolStatus } from "./refusal";

/** What to read of one partition. */
export interface PartitionToFetch {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The most bytes of batches; one batch comes whole, however long it is (KIP-74). */
  readonly maxBytes: number;
  /** How long the broker waits for messages where there are none yet. */
  readonly maxWaitMs: number;
}

/** What a leader has of one partition. */
export interface FetchedPartition extends Pick<ProtocolStatus, "errorCode"> {
  /** The first offset that consumers cannot read yet. */
  readonly highWatermark: number;
  /** Batches as they are stored, the last of them perhaps cut off. */
  readonly recordSet: Buffer;
}

/** The same, of many. */
export interface AnsweredPartition extends FetchedPartition {
  readonly partition: number;
  /** The first offset that there still is; -1 where there was an error. */
  readonly logStart: number;
}

export const fetchApiKey = 1;
/** The first flexible version, known since Kafka 2.7; later ones name topics by ids. Zstandard needs version 10 (KIP-110). */
export const fetchVersion = 12;

/** Of no broker: a consumer. */
export const consumer = -1;
const noEpoch = -1;
const noOffset = -1;
/** The request stands alone, without a session of fetches (KIP-227). */
const noSession = { id: 0, epoch: -1 };
export const readUncommitted = 0;

/**
 * Reads one partition at its leader, those of aborted transactions included.
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

/** partitions => partition current_leader_epoch fetch_offset last_fetched_epoch log_start_offset partition_max_bytes TAG_BUFFER */
export function writePartition(
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
export function readAnsweredPartition(reader: ProtocolReader): AnsweredPartition {
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
