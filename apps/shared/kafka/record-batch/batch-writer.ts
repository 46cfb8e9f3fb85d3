import { batchHeaderBytes, type BatchStamp, writeBatchHeader } from "./batch-header";
import type { CompressedRecords } from "./compress";
import { varintLength, writeVarint } from "./varint";

/** What is said of a record beside its key and value (KIP-82). */
export interface RecordHeader {
  readonly key: string;
  readonly value: string;
}

/** What a batch begins with; most devices never need more. */
const firstCapacityBytes = 16_384;
/** Copying fewer bytes than this one by one is faster than by `set`, which is a call out of JavaScript. */
const fewBytes = 32;

/**
 * One partition's records, encoded as a RecordBatch of version 2 (KIP-98; org.apache.kafka.common.record.DefaultRecordBatch). The memory
 * grows as records come, up to the limit, and is used again after {@link reset}, so that sending makes no garbage.
 */
export class RecordBatch {
  private buffer: Buffer;
  private end = batchHeaderBytes;
  private records = 0;
  private firstTimestampMs = 0;
  private maxTimestampMs = 0;

  /** @param limitBytes how long the batch may be, its header included; a topic takes `max.message.bytes`, 1,048,588 by default */
  constructor(private readonly limitBytes: number) {
    // Not from Node's pool, of which a batch would keep a part for ever.
    this.buffer = Buffer.allocUnsafeSlow(
      Math.max(batchHeaderBytes, Math.min(limitBytes, firstCapacityBytes)),
    );
  }

  /** How many records it has. */
  get count(): number {
    return this.records;
  }

  /** How long it is, before compression, its header included. */
  get bytes(): number {
    return this.end;
  }

  /** Time of the first record, to which those of the others are written as differences; only of a batch that has records. */
  get baseTimestampMs(): number {
    return this.firstTimestampMs;
  }

  /**
   * Adds a record, unless the batch would be longer than its limit: a batch without records refuses one that is too long for any.
   * @param timestampMs milliseconds since 1970, a whole number
   * @param value of which the first `valueLength` bytes are copied
   * @returns whether it was added
   */
  append(
    timestampMs: number,
    key: Uint8Array,
    value: Uint8Array,
    valueLength: number,
    headers?: readonly RecordHeader[],
  ): boolean {
    const offsetDelta = this.records;
    const timestampDelta = offsetDelta === 0 ? 0 : timestampMs - this.firstTimestampMs;
    const encodedHeaders = headers === undefined || headers.length === 0 ? undefined : encodeHeaders(headers);
    const length =
      1 +
      varintLength(timestampDelta) +
      varintLength(offsetDelta) +
      varintLength(key.length) +
      key.length +
      varintLength(valueLength) +
      valueLength +
      (encodedHeaders?.length ?? 1);
    if (!this.hasRoomFor(varintLength(length) + length)) return false;
    const { buffer } = this;
    let at = writeVarint(buffer, this.end, length);
    buffer[at++] = 0;
    at = writeVarint(buffer, at, timestampDelta);
    at = writeVarint(buffer, at, offsetDelta);
    at = writeVarint(buffer, at, key.length);
    at = copy(key, key.length, buffer, at);
    at = writeVarint(buffer, at, valueLength);
    at = copy(value, valueLength, buffer, at);
    if (encodedHeaders === undefined) buffer[at++] = 0;
    else at = copy(encodedHeaders, encodedHeaders.length, buffer, at);
    this.end = at;
    this.counted(timestampMs);
    return true;
  }

  /** Takes all records away; the memory stays. Not while the batch is being sent. */
  reset(): void {
    this.end = batchHeaderBytes;
    this.records = 0;
  }

  /** The records alone, as they are compressed; they stay the batch's own memory. */
  encodedRecords(): Buffer {
    return this.buffer.subarray(batchHeaderBytes, this.end);
  }

  /** The whole batch as a broker takes it; it stays the batch's own memory. @param compressed its records, if they are */
  seal(stamp: BatchStamp, compressed?: CompressedRecords): Buffer {
    const header = {
      ...stamp,
      compression: compressed?.compression ?? "none",
      count: this.records,
      baseTimestampMs: this.firstTimestampMs,
      maxTimestampMs: this.maxTimestampMs,
    } as const;
    const whole = compressed?.batch ?? this.buffer.subarray(0, this.end);
    writeBatchHeader(whole, header);
    return whole;
  }

  private counted(timestampMs: number): void {
    if (this.records === 0) {
      this.firstTimestampMs = timestampMs;
      this.maxTimestampMs = timestampMs;
    } else if (timestampMs > this.maxTimestampMs) {
      this.maxTimestampMs = timestampMs;
    }
    this.records++;
  }

  private hasRoomFor(bytes: number): boolean {
    const needed = this.end + bytes;
    if (needed > this.limitBytes) return false;
    if (needed > this.buffer.length) {
      const doubled = Math.min(this.limitBytes, Math.max(needed, 2 * this.buffer.length));
      const larger = Buffer.allocUnsafeSlow(doubled);
      this.buffer.copy(larger, 0, 0, this.end);
      this.buffer = larger;
    }
    return true;
  }
}

/** headers => count [key_length key value_length value], the lengths as VARINT */
function encodeHeaders(headers: readonly RecordHeader[]): Buffer {
  const texts = headers.flatMap(({ key, value }) => [Buffer.from(key), Buffer.from(value)]);
  const length = texts.reduce((sum, text) => sum + varintLength(text.length) + text.length, 0);
  const encoded = Buffer.allocUnsafe(varintLength(headers.length) + length);
  let at = writeVarint(encoded, 0, headers.length);
  for (const text of texts) at = copy(text, text.length, encoded, writeVarint(encoded, at, text.length));
  return encoded;
}

/** @returns where the next byte goes */
function copy(source: Uint8Array, length: number, target: Buffer, at: number): number {
  if (length <= fewBytes) {
    for (let index = 0; index < length; index++) target[at + index] = source[index] as number;
  } else {
    target.set(length === source.length ? source : source.subarray(0, length), at);
  }
  return at + length;
}
