import type { KafkaMessage } from "kafkajs";
import { RecordView, type ReadableBatch } from "./record-view";
import type { BatchContext, RecordBatch } from "./stored-batch";
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
/** A length, attributes, two differences, and that there is no key, no value and no header. */
const minRecordBytes = 7;

/**
 * Reads the records of a batch, as kafkajs does, to the same result. It makes of each record a decoder, several big integers and
 * texts, which takes most of the time of a consumer; that way go here only records with huge numbers.
 *
 * @param records of the batch, without compression
 * @throws Error where the bytes are not the records that the batch's header tells of
 */
export function readRecords(batch: RecordBatch, records: Buffer): KafkaMessage[] {
  const { context, count, firstOffset, lastOffset } = batch;
  if (count < 0 || count * minRecordBytes > records.length)
    throw new Error(`${count} records cannot be in ${records.length} bytes`);
  const messages = new Array<KafkaMessage>(count);
  const readable = readableBatchOf(batch);
  reader.at = 0;
  let before = firstOffset - 1;
  for (let index = 0; index < count; index++) {
    const start = reader.at;
    const placed = readRecord(records, readable);
    const message = placed ?? readUnusual(records, start, context);
    const offset = placed === undefined ? Number(message.offset) : placed.place;
    if (!(offset > before && offset <= lastOffset) || reader.at > records.length)
      throw new Error(`record ${index + 1} of ${count} is none that can be here`);
    before = offset;
    messages[index] = message;
  }
  if (reader.at !== records.length)
    throw new Error(`${count} records end at byte ${reader.at} of ${records.length}`);
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

/**
 * Reads a record (Kafka protocol, Record of a RecordBatch); undefined if it is an unusual one.
 *
 * @param batch undefined if it is unusual itself
 * @throws Error if it is no record
 */
function readRecord(bytes: Buffer, batch: ReadableBatch | undefined): RecordView | undefined {
  const length = reader.read(bytes);
  const end = reader.at + length;
  const attributes = bytes[reader.at++] ?? 0;
  const timestampAt = reader.at;
  const timestampDelta = reader.read(bytes);
  // What follows a number that was too large to be read can be read nevertheless.
  if (Number.isNaN(timestampDelta)) reader.at = endOfVarint(bytes, timestampAt);
  const offsetDelta = reader.read(bytes);
  const keyLength = reader.read(bytes);
  const keyStart = reader.at;
  reader.at += Math.max(keyLength, 0);
  const valueLength = reader.read(bytes);
  const valueStart = reader.at;
  reader.at += Math.max(valueLength, 0);
  const headers = reader.read(bytes);
  // Whatever was too large to be read has become NaN, and no comparison holds.
  const isWhole =
    headers === 0 ? reader.at === end : headers > 0 && endOfHeaders(bytes, headers, end) === end;
  if (!isWhole || !(offsetDelta >= 0)) throw new Error(`what begins before byte ${timestampAt} is no record`);
  if (batch === undefined || !isModest(timestampDelta)) return undefined;
  reader.at = end;
  return new RecordView(
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

function endOfVarint(bytes: Buffer, start: number): number {
  let at = start;
  while ((bytes[at] ?? 0) >= 0x80) at++;
  return at + 1;
}

/** Where headers end that are to end at `end`; somewhere else, or nowhere, if they are none. */
function endOfHeaders(bytes: Buffer, count: number, end: number): number {
  let rest = 2 * count;
  for (; rest > 0 && reader.at < end; rest--) {
    const length = reader.read(bytes);
    reader.at += Math.max(length, 0);
  }
  return rest === 0 && end <= bytes.length ? reader.at : Number.NaN;
}

/** Reads a record in the way of kafkajs, and goes on behind it. */
function readUnusual(bytes: Buffer, start: number, context: BatchContext): KafkaMessage {
  const decoder = new Decoder(bytes);
  decoder.offset = start;
  const record = decoder.readVarIntBytes();
  reader.at = decoder.offset;
  return decodeUnusual(new Decoder(record), context);
}
