import type { KafkaMessage } from "kafkajs";
import { readContents } from "../record-batch/batch-contents";
import { offsetOf } from "../record-batch/record-view";
import { batchesOf, type OffsetBounds } from "../record-batch/record-set";
import { isUnreadable, recordsOf } from "../record-batch/unreadable";

interface FetchDecoder {
  readInt16(): number;
  readInt32(): number;
  readInt64(): bigint | { toString(): string };
  readString(): string;
  readBytes(length: number): Buffer;
  canReadBytes(length: number): boolean;
  readArray<Item>(read: (decoder: FetchDecoder) => Item): Item[];
  readArrayAsync<Item>(read: (decoder: FetchDecoder) => Promise<Item>): Promise<Item[]>;
}

/** What is asked of one broker. */
interface FetchQuestion {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
  }[];
}

interface FetchExchange {
  readonly response: { readonly decode: (payload: Buffer) => Promise<object> };
}

/** By topic and partition: the offset that was asked for. */
type AskedOffsets = ReadonlyMap<string, ReadonlyMap<number, number>>;

// kafkajs ships no types for its inner modules; the version is pinned and the test beside this file holds the shape.
/* eslint-disable @typescript-eslint/no-require-imports */
const Decoder = require("kafkajs/src/protocol/decoder") as new (bytes: Buffer) => FetchDecoder;
const fetchRequest = require("kafkajs/src/protocol/requests/fetch") as {
  protocol: (of: { readonly version: number }) => (question: FetchQuestion) => FetchExchange;
};
/* eslint-enable @typescript-eslint/no-require-imports */

/**
 * What one answer may come to without its compression, before the rest of it is left to be asked for again: the brokers count what
 * they send, and a consumer has to hold what becomes of it.
 */
const maxDecompressedBytes = 4_194_304;

/** The newest version that kafkajs speaks; every broker since Kafka 2.3 answers it. */
const version = 11;

let applied = false;

/**
 * kafkajs 2.2.4 makes of each record a decoder, several big integers and texts, knows of compressions gzip alone, looks at no checksum,
 * and stops with all partitions where one batch cannot be read. From now on, for this whole process, it has what brokers answer read
 * here: to the same result, with messages of their own ({@link UnreadableRecord}) in the place of those that cannot be read.
 */
export function readFetchesQuickly(): void {
  if (applied) return;
  applied = true;
  const { protocol } = fetchRequest;
  fetchRequest.protocol = (of) => {
    const ask = protocol(of);
    if (of.version !== version) return ask;
    return (question) => {
      const exchange = ask(question);
      const decode = (payload: Buffer) => decodeFetch(payload, askedOffsets(question));
      return { ...exchange, response: { ...exchange.response, decode } };
    };
  };
}

/** kafkajs asks for the partitions of a topic in one place or in several. */
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
 * Fetch Response (Version: 11) => throttle_time_ms error_code session_id [responses]
 *   responses => topic [partition_responses]
 */
async function decodeFetch(payload: Buffer, asked: AskedOffsets): Promise<object> {
  const decoder = new Decoder(payload);
  const budget = { bytes: maxDecompressedBytes };
  // Whoever is told of a throttle time waits for it, though the broker has waited already.
  const throttleTime = 0;
  const clientSideThrottleTime = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const sessionId = decoder.readInt32();
  const responses = await decoder.readArrayAsync(async () => {
    const topicName = decoder.readString();
    const offsets = asked.get(topicName);
    const partitions = await decoder.readArrayAsync(() => decodePartition(decoder, offsets, budget));
    return { topicName, partitions };
  });
  return { throttleTime, clientSideThrottleTime, errorCode, sessionId, responses };
}

/**
 * partition_responses => partition error_code high_watermark last_stable_offset log_start_offset [aborted_transactions]
 *     preferred_read_replica record_set
 */
async function decodePartition(
  decoder: FetchDecoder,
  asked: ReadonlyMap<number, number> | undefined,
  budget: { bytes: number },
): Promise<object> {
  const int64 = () => decoder.readInt64().toString();
  const partition = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const highWatermark = int64();
  const bounds = { from: asked?.get(partition) ?? 0, highWatermark: Number(highWatermark) };
  const offsets = { highWatermark, lastStableOffset: int64(), lastStartOffset: int64() };
  const abortedTransactions = decoder.readArray(() => ({ producerId: int64(), firstOffset: int64() }));
  const preferredReadReplica = decoder.readInt32();
  const { messages, areAllSeen } = await readMessages(readRecordSet(decoder), bounds, budget);
  if (areAllSeen && abortedTransactions.length === 0) keepFromFiltering(messages);
  return { partition, errorCode, ...offsets, abortedTransactions, preferredReadReplica, messages };
}

/**
 * kafkajs asks messages twice which of them consumers are to see (Batch): first by their offsets, for which it makes a text and a big
 * integer of each, and then whether they are control records. Where it is all of them, that is a third of what reading takes.
 */
function keepFromFiltering(messages: KafkaMessage[]): void {
  const all = () => messages.slice();
  const withinOffset = Object.assign(all(), { filter: all });
  Object.assign(messages, { filter: () => withinOffset });
}

function readRecordSet(decoder: FetchDecoder): Buffer {
  const length = decoder.readInt32();
  return length > 0 && decoder.canReadBytes(length) ? decoder.readBytes(length) : Buffer.alloc(0);
}

interface FetchedMessages {
  readonly messages: KafkaMessage[];
  /** Whether none lies before what was asked for, and none is a control record. */
  readonly areAllSeen: boolean;
}

async function readMessages(
  recordSet: Buffer,
  bounds: OffsetBounds,
  budget: { bytes: number },
): Promise<FetchedMessages> {
  const messages: KafkaMessage[] = [];
  let areAllSeen = true;
  let next = 0;
  for (const batch of batchesOf(recordSet, bounds)) {
    if (budget.bytes <= 0) break;
    const read = await readContents(batch, Math.max(next, bounds.from));
    if (isUnreadable(read)) {
      const records = recordsOf(read);
      for (const record of records) messages.push(record);
      budget.bytes -= read.bytes.length;
      areAllSeen &&= read.context?.isControlBatch !== true;
      next = read.firstOffset + records.length;
      if (next <= read.lastOffset) break;
      continue;
    }
    // Batches overlap only where an offset was corrupted: each is taken once.
    const isBehind = batch.firstOffset >= next;
    for (const message of read.messages) if (isBehind || offsetOf(message) >= next) messages.push(message);
    areAllSeen &&= batch.firstOffset >= bounds.from && batch.context?.isControlBatch !== true;
    budget.bytes -= read.bytes;
    next = batch.lastOffset + 1;
  }
  return { messages, areAllSeen };
}
