import type { KafkaMessage } from "kafkajs";
import { decompress } from "./compression";
import { readRecords } from "./read-records";
import { batchesOf } from "./record-batch";

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

// kafkajs ships no types for its inner modules; the version is pinned and the test beside this file holds the shape.
/* eslint-disable @typescript-eslint/no-require-imports */
const Decoder = require("kafkajs/src/protocol/decoder") as new (bytes: Buffer) => FetchDecoder;
/** Of the newest version that kafkajs speaks; every broker since Kafka 2.3 answers it. */
const fetchResponse = require("kafkajs/src/protocol/requests/fetch/v11/response") as {
  decode: (payload: Buffer) => Promise<object>;
};
/* eslint-enable @typescript-eslint/no-require-imports */

/**
 * What one answer may come to without its compression, before the rest of it is left to be asked for again: the brokers count what
 * they send, and a consumer has to hold what becomes of it.
 */
const mostDecompressedBytes = 4_194_304;

let applied = false;

/**
 * kafkajs 2.2.4 makes of each record a decoder, several big integers and texts, and knows no Zstandard. From now on, for this whole
 * process, it has what brokers answer read here, to the same result.
 */
export function readFetchesQuickly(): void {
  if (applied) return;
  applied = true;
  fetchResponse.decode = decodeFetch;
}

/**
 * Fetch Response (Version: 11) => throttle_time_ms error_code session_id [responses]
 *   responses => topic [partition_responses]
 */
async function decodeFetch(payload: Buffer): Promise<object> {
  const decoder = new Decoder(payload);
  const budget = { bytes: mostDecompressedBytes };
  // Whoever is told of a throttle time waits for it, though the broker has waited already.
  const throttleTime = 0;
  const clientSideThrottleTime = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const sessionId = decoder.readInt32();
  const responses = await decoder.readArrayAsync(async () => ({
    topicName: decoder.readString(),
    partitions: await decoder.readArrayAsync(() => decodePartition(decoder, budget)),
  }));
  return { throttleTime, clientSideThrottleTime, errorCode, sessionId, responses };
}

/**
 * partition_responses => partition error_code high_watermark last_stable_offset log_start_offset [aborted_transactions]
 *     preferred_read_replica record_set
 */
async function decodePartition(decoder: FetchDecoder, budget: { bytes: number }): Promise<object> {
  const int64 = () => decoder.readInt64().toString();
  return {
    partition: decoder.readInt32(),
    errorCode: decoder.readInt16(),
    highWatermark: int64(),
    lastStableOffset: int64(),
    lastStartOffset: int64(),
    abortedTransactions: decoder.readArray(() => ({ producerId: int64(), firstOffset: int64() })),
    preferredReadReplica: decoder.readInt32(),
    messages: await readMessages(readRecordSet(decoder), budget),
  };
}

function readRecordSet(decoder: FetchDecoder): Buffer {
  const length = decoder.readInt32();
  return length > 0 && decoder.canReadBytes(length) ? decoder.readBytes(length) : Buffer.alloc(0);
}

async function readMessages(recordSet: Buffer, budget: { bytes: number }): Promise<KafkaMessage[]> {
  const messages: KafkaMessage[] = [];
  for (const batch of batchesOf(recordSet)) {
    if (budget.bytes <= 0) break;
    const records = await decompress(batch.compression, batch.records);
    budget.bytes -= records.length;
    for (const message of readRecords(batch, records)) messages.push(message);
  }
  return messages;
}
