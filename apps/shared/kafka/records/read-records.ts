import type { KafkaMessage } from "kafkajs";
import { PlacedRecord, type ReadableBatch } from "./placed-record";
import type { BatchContext, RecordBatch } from "./record-batch";
import { VarintReader } from "./varints";

// kafkajs ships no types for its inner modules; the version is pinned and the test beside this file holds the shape.
/* eslint-disable @typescript-eslint/no-require-imports */
const Decoder = require("kafkajs/src/protocol/decoder") as new (bytes: Buffer) => {
  readVarIntBytes(): Buffer;
  offset: number;
};
const decodeUnusual = require("kafkajs/src/protocol/recordBatch/record/v0/decoder") as (
  decoder: unknown,
  context: BatchContext,
) => KafkaMessage;
/* eslint-enable @typescript-eslint/no-require-imports */

const logAppendTime = 1;

/**
 * Reads the records of a batch, as kafkajs does, to the same result. It makes of each record a decoder, several big integers and
 * texts, which takes most of the time of a consumer; that way go here only records with huge numbers.
 *
 * @param records of the batch, without compression
 * @throws what kafkajs throws where the bytes are no records
 */
export function readRecords(batch: RecordBatch, records: Buffer): KafkaMessage[] {
  const { context, count } = batch;
  const messages = new Array<KafkaMessage>(Math.max(count, 0));
  const readable = readableBatchOf(batch);
  reader.at = 0;
  for (let index = 0; index < count; index++) {
    const start = reader.at;
    const placed = readable === undefined ? undefined : readRecord(records, readable);
    messages[index] = placed ?? readUnusual(records, start, context);
  }
  return messages;
}

function readableBatchOf({ context, firstOffset }: RecordBatch): ReadableBatch | undefined {
  const firstTimestamp = Number(context.firstTimestamp);
  const maxTimestamp = Number(context.maxTimestamp);
  if (!isModest(firstOffset) || !isModest(firstTimestamp) || !isModest(maxTimestamp)) return undefined;
  const timestamp = context.timestampType === logAppendTime ? maxTimestamp : undefined;
  return { context, firstOffset, firstTimestamp, timestamp };
}

/** So small that adding any difference that is read here stays exact. */
function isModest(value: number): boolean {
  return Math.abs(value) < 2 ** 52;
}

/** Where the records are read on. */
const reader = new VarintReader();

/** Reads a record (Kafka protocol, Record of a RecordBatch); undefined if it is an unusual one. */
function readRecord(bytes: Buffer, batch: ReadableBatch): PlacedRecord | undefined {
  const length = reader.read(bytes);
  const end = reader.at + length;
  const attributes = bytes[reader.at++] ?? 0;
  const timestampDelta = reader.read(bytes);
  const offsetDelta = reader.read(bytes);
  const keyLength = reader.read(bytes);
  const keyStart = reader.at;
  reader.at += Math.max(keyLength, 0);
  const valueLength = reader.read(bytes);
  const valueStart = reader.at;
  reader.at += Math.max(valueLength, 0);
  const headers = reader.read(bytes);
  // Whatever was too large to be read has become NaN, and no comparison holds.
  const isWhole = headers === 0 ? reader.at === end : headers > 0 && reader.at < end && end <= bytes.length;
  if (!isWhole || !isModest(timestampDelta) || !(offsetDelta >= 0)) return undefined;
  reader.at = end;
  return new PlacedRecord(
    batch,
    (attributes << 24) >> 24,
    timestampDelta,
    offsetDelta,
    bytes,
    keyStart,
    keyLength,
    valueStart,
    valueLength,
  );
}

/** Reads a record in the way of kafkajs, and goes on behind it. */
function readUnusual(bytes: Buffer, start: number, context: BatchContext): KafkaMessage {
  const decoder = new Decoder(bytes);
  decoder.offset = start;
  const record = decoder.readVarIntBytes();
  reader.at = decoder.offset;
  return decodeUnusual(new Decoder(record), context);
}
