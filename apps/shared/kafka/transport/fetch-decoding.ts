import { readContents } from "../record-batch/read-records";
import { batchesOf, type OffsetBounds } from "../record-batch/record-set";
import { type KafkaMessage, offsetOf } from "../record-batch/record-view";
import { isUnreadable, recordsOf } from "../record-batch/unreadable";
import { ProtocolReader } from "../requests/exchange";
import type { FetchQuestion } from "./kafkajs-internals";

/** By topic and partition: the offset that was asked for. */
type AskedOffsets = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** The answer to Fetch as kafkajs decodes it. 64-bit numbers are texts. */
export interface DecodedFetch {
  readonly throttleTime: number;
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly DecodedPartition[];
  }[];
}

interface DecodedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  readonly lastStartOffset: string;
  readonly abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[];
  readonly preferredReadReplica: number;
  readonly messages: KafkaMessage[];
}

/**
 * The most bytes that one answer may have after decompression, before the rest of it is left to be fetched again: brokers count what
 * they send, but a consumer has to hold what it becomes.
 */
const maxDecompressedBytes = 4_194_304;

/**
 * Decodes an answer to Fetch of version 11 for a consumer of kafkajs, to the same result as kafkajs's own decoder. That one makes of each
 * record a decoder, several big integers and strings, knows no compression except gzip, checks no checksum, and stops with all partitions
 * if one batch cannot be read. Here, messages that cannot be read are {@link UnreadableRecord}s.
 *
 * Fetch Response (Version: 11) => throttle_time_ms error_code session_id [responses]
 *   responses => topic [partition_responses]
 */
export async function decodeFetch(payload: Buffer, question: FetchQuestion): Promise<DecodedFetch> {
  const reader = new ProtocolReader(payload);
  const asked = askedOffsets(question);
  const budget = { bytes: maxDecompressedBytes };
  // kafkajs waits for the throttle time, though the broker has waited already.
  const throttleTime = 0;
  const clientSideThrottleTime = reader.int32();
  const errorCode = reader.int16();
  const sessionId = reader.int32();
  const responses = [];
  for (let topics = reader.int32(); topics > 0; topics--) {
    const topicName = reader.classicString() ?? "";
    const offsets = asked.get(topicName);
    const partitions = [];
    for (let rest = reader.int32(); rest > 0; rest--)
      partitions.push(await decodePartition(reader, offsets, budget));
    responses.push({ topicName, partitions });
  }
  return { throttleTime, clientSideThrottleTime, errorCode, sessionId, responses };
}

function askedOffsets({ topics }: FetchQuestion): AskedOffsets {
  const asked = new Map<string, Map<number, number>>();
  for (const { topic, partitions } of topics) {
    const known = asked.get(topic) ?? new Map<number, number>();
    for (const { partition, fetchOffset } of partitions) known.set(partition, Number(fetchOffset));
    asked.set(topic, known);
  }
  return asked;
}

/**
 * partition_responses => partition error_code high_watermark last_stable_offset log_start_offset [aborted_transactions]
 *     preferred_read_replica record_set
 */
async function decodePartition(
  reader: ProtocolReader,
  asked: ReadonlyMap<number, number> | undefined,
  budget: { bytes: number },
): Promise<DecodedPartition> {
  const int64 = () => String(reader.bigInt64());
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = int64();
  const bounds = { from: asked?.get(partition) ?? 0, highWatermark: Number(highWatermark) };
  const offsets = { highWatermark, lastStableOffset: int64(), lastStartOffset: int64() };
  const abortedTransactions = reader.classicArray(() => ({ producerId: int64(), firstOffset: int64() }));
  const preferredReadReplica = reader.int32();
  const { messages, areAllVisible } = await readMessages(readRecordSet(reader), bounds, budget);
  if (areAllVisible && abortedTransactions.length === 0) skipFiltering(messages);
  return { partition, errorCode, ...offsets, abortedTransactions, preferredReadReplica, messages };
}

/**
 * kafkajs filters the messages of an answer twice (Batch): first by their offsets, for which it makes a string and a big integer of each,
 * then by whether they are control records. Where all messages pass, that is a third of the time that reading takes.
 */
function skipFiltering(messages: KafkaMessage[]): void {
  const all = () => messages.slice();
  const withinOffset = Object.assign(all(), { filter: all });
  Object.assign(messages, { filter: () => withinOffset });
}

function readRecordSet(reader: ProtocolReader): Buffer {
  const length = reader.int32();
  return length > 0 && length <= reader.left ? reader.bytes(length) : Buffer.alloc(0);
}

interface FetchedMessages {
  readonly messages: KafkaMessage[];
  /** Whether no message is before the offset that was asked for, and none is a control record. */
  readonly areAllVisible: boolean;
}

async function readMessages(
  recordSet: Buffer,
  bounds: OffsetBounds,
  budget: { bytes: number },
): Promise<FetchedMessages> {
  const messages: KafkaMessage[] = [];
  let areAllVisible = true;
  let next = 0;
  for (const batch of batchesOf(recordSet, bounds)) {
    if (budget.bytes <= 0) break;
    const read = await readContents(batch, Math.max(next, bounds.from));
    if (isUnreadable(read)) {
      const records = recordsOf(read);
      for (const record of records) messages.push(record);
      budget.bytes -= read.bytes.length;
      areAllVisible &&= read.context?.isControlBatch !== true;
      next = read.firstOffset + records.length;
      if (next <= read.lastOffset) break;
      continue;
    }
    // Batches overlap only if an offset is corrupt: each offset is read once.
    const isBehind = batch.firstOffset >= next;
    for (const message of read.messages) if (isBehind || offsetOf(message) >= next) messages.push(message);
    areAllVisible &&= batch.firstOffset >= bounds.from && batch.context?.isControlBatch !== true;
    budget.bytes -= read.bytes;
    next = batch.lastOffset + 1;
  }
  return { messages, areAllVisible };
}
