import { messageOf } from "../../text";
import { type BatchContext, compressionOf, type StoredBatch } from "./batch-header";
import { decompress } from "./codecs";
import { type KafkaMessage, part, type ReadableBatch, readHeaders, RecordView } from "./record-view";
import { isUnreadable, type UnreadableBatch } from "./unreadable";
import { VarintReader } from "./varint";

/** The records of a batch. */
export interface BatchContents {
  readonly messages: KafkaMessage[];
  /** Bytes of the records after decompression. */
  readonly bytes: number;
}

/**
 * Reads the records of a batch.
 * @param from the first offset that is to be read
 * @returns why the batch is unreadable, if it is
 */
export async function readContents(
  batch: StoredBatch | UnreadableBatch,
  from: number,
): Promise<BatchContents | UnreadableBatch> {
  if (isUnreadable(batch)) return batch;
  const { firstOffset, lastOffset, bytes, context } = batch;
  const unreadable = (problem: string): UnreadableBatch => ({
    firstOffset: Math.max(firstOffset, from),
    lastOffset,
    problem,
    bytes,
    context,
  });
  const compression = compressionOf(batch.compression);
  if (compression === undefined) return unreadable(`no compression has its number ${batch.compression}`);
  let records: Buffer;
  try {
    // Most batches are not compressed, and need no wait.
    records = compression === "none" ? batch.records : await decompress(compression, batch.records);
  } catch (error) {
    return unreadable(`${compression} cannot decompress it: ${messageOf(error)}`);
  }
  try {
    return { messages: readRecords(batch, records), bytes: records.length };
  } catch (error) {
    return unreadable(`its records are in disorder: ${messageOf(error)}`);
  }
}

const logAppendTime = 1;
/** A length, attributes, two differences, and the lengths of a missing key, a missing value and no headers. */
const minRecordBytes = 7;

/**
 * Reads records to the same result as kafkajs, which makes of each record a decoder, several big integers and strings, and so takes most
 * of a consumer's time.
 *
 * @param records of the batch, after decompression
 * @throws Error if the bytes are not the records that the batch's header describes
 */
export function readRecords(batch: StoredBatch, records: Buffer): KafkaMessage[] {
  const { context, count, firstOffset, lastOffset } = batch;
  if (count < 0 || count * minRecordBytes > records.length)
    throw new Error(`${count} records cannot be in ${records.length} bytes`);
  const messages = new Array<KafkaMessage>(count);
  const readable = readableBatchOf(batch);
  reader.at = 0;
  let before = firstOffset - 1;
  for (let index = 0; index < count; index++) {
    const start = reader.at;
    const view = readRecord(records, readable);
    const message = view ?? readLargeRecord(records, start, context);
    const offset = view === undefined ? Number(message.offset) : view.numericOffset;
    if (!(offset > before && offset <= lastOffset) || reader.at > records.length)
      throw new Error(`record ${index + 1} of ${count} is none that can be here`);
    before = offset;
    messages[index] = message;
  }
  if (reader.at !== records.length)
    throw new Error(`${count} records end at byte ${reader.at} of ${records.length}`);
  return messages;
}

function readableBatchOf({ context, firstOffset }: StoredBatch): ReadableBatch | undefined {
  const firstTimestamp = Number(context.firstTimestamp);
  const maxTimestamp = Number(context.maxTimestamp);
  if (!isExact(firstOffset) || !isExact(firstTimestamp) || !isExact(maxTimestamp)) return undefined;
  const timestamp = context.timestampType === logAppendTime ? maxTimestamp : undefined;
  return { context, firstOffset, firstTimestamp, timestamp };
}

/** Whether a number is so small that its sum with any difference that is read here stays exact. */
function isExact(value: number): boolean {
  return Math.abs(value) < 2 ** 52;
}

const reader = new VarintReader();

/**
 * Reads a record (Kafka protocol, Record of a RecordBatch), and moves the reader behind it.
 *
 * Record => length:VARINT attributes:INT8 timestamp_delta:VARLONG offset_delta:VARINT key_length:VARINT key value_length:VARINT value
 *     headers_count:VARINT [header_key_length:VARINT header_key header_value_length:VARINT header_value]
 * @param batch undefined if its numbers are too large for a view
 * @returns undefined if numbers are too large for a view
 * @throws Error if the bytes are not a record
 */
function readRecord(bytes: Buffer, batch: ReadableBatch | undefined): RecordView | undefined {
  const length = reader.read(bytes);
  const end = reader.at + length;
  const attributes = bytes[reader.at++] ?? 0;
  const timestampAt = reader.at;
  const timestampDelta = reader.read(bytes);
  if (Number.isNaN(timestampDelta)) {
    reader.at = timestampAt;
    reader.readBigInt(bytes);
  }
  const offsetDelta = reader.read(bytes);
  const keyLength = reader.read(bytes);
  const keyStart = reader.at;
  reader.at += Math.max(keyLength, 0);
  const valueLength = reader.read(bytes);
  const valueStart = reader.at;
  reader.at += Math.max(valueLength, 0);
  const headers = reader.read(bytes);
  // A number that could not be read is NaN, for which no comparison holds.
  const isWhole =
    headers === 0 ? reader.at === end : headers > 0 && endOfHeaders(bytes, headers, end) === end;
  if (!isWhole || !(offsetDelta >= 0)) throw new Error(`what begins before byte ${timestampAt} is no record`);
  if (batch === undefined || !isExact(timestampDelta)) return undefined;
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

/** Where headers end that should end at `end`; another place, or NaN, if they are not headers. */
function endOfHeaders(bytes: Buffer, count: number, end: number): number {
  let rest = 2 * count;
  for (; rest > 0 && reader.at < end; rest--) {
    const length = reader.read(bytes);
    reader.at += Math.max(length, 0);
  }
  return rest === 0 && end <= bytes.length ? reader.at : Number.NaN;
}

/** A record with all properties that kafkajs gives it. */
interface LargeRecord extends KafkaMessage {
  readonly magicByte: number;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
}

/** Reads a whole record again whose offset or time is too large for a double, and moves the reader behind it. */
function readLargeRecord(bytes: Buffer, start: number, context: BatchContext): LargeRecord {
  reader.at = start;
  const length = reader.read(bytes);
  const end = reader.at + length;
  const attributes = bytes.readInt8(reader.at++);
  const timestampDelta = reader.readBigInt(bytes) ?? 0n;
  const offsetDelta = reader.read(bytes);
  const field = () => {
    const fieldLength = reader.read(bytes);
    const read = part(bytes, reader.at, fieldLength);
    reader.at += Math.max(fieldLength, 0);
    return read;
  };
  const [key, value] = [field(), field()];
  const headers = readHeaders(bytes, reader.at);
  reader.at = end;
  const { firstOffset, firstTimestamp, maxTimestamp, timestampType, magicByte, isControlBatch } = context;
  const sum = (first: string, delta: bigint) => String(BigInt.asIntN(64, BigInt(first) + delta));
  return {
    magicByte,
    attributes,
    timestamp: timestampType === logAppendTime ? maxTimestamp : sum(firstTimestamp, timestampDelta),
    offset: sum(firstOffset, BigInt(offsetDelta)),
    key,
    value,
    headers,
    isControlRecord: isControlBatch,
    batchContext: context,
  };
}
