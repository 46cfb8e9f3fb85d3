import type { Compression } from "../../../../contract/environment/device";
import { batchHeaderBytes, type ProducerState, writeBatchHeader } from "./batch-header";
import { compress } from "./codecs";
import { varintLength, writeVarint } from "./varint";

/** A header of a record (KIP-82). */
export interface RecordHeader {
  readonly key: string;
  readonly value: string;
}

/** The first capacity of a batch; most devices never need more. */
const firstCapacityBytes = 16_384;
/** Copying fewer bytes than this one by one is faster than `set`, which is a call out of JavaScript. */
const fewBytes = 32;

/** Compressed records, see {@link compressRecords}. */
export interface CompressedRecords {
  readonly compression: Compression;
  /** Room for the header, and the records behind it. */
  readonly batch: Buffer;
}

/**
 * Writes one partition's records as a RecordBatch of version 2 (KIP-98; org.apache.kafka.common.record.DefaultRecordBatch). The memory
 * grows as records come, up to the limit, and is used again after {@link reset}, so that sending makes no garbage.
 */
export class RecordBatch {
  private buffer: Buffer;
  private end: number = batchHeaderBytes;
  private records = 0;
  private firstTimestampMs = 0;
  private maxTimestampMs = 0;

  /** @param limitBytes the most bytes of the batch with its header; a topic allows `max.message.bytes`, 1,048,588 by default */
  constructor(private readonly limitBytes: number) {
    // Not from Node's pool: a batch would hold a part of it for ever.
    this.buffer = Buffer.allocUnsafeSlow(
      Math.max(batchHeaderBytes, Math.min(limitBytes, firstCapacityBytes)),
    );
  }

  /** The number of records. */
  get count(): number {
    return this.records;
  }

  /** Bytes of the batch with its header, before compression. */
  get bytes(): number {
    return this.end;
  }

  /** Time of the first record; the times of the others are stored as differences from it. Meaningless for an empty batch. */
  get baseTimestampMs(): number {
    return this.firstTimestampMs;
  }

  /**
   * Adds a record, unless the batch would be longer than its limit. An empty batch refuses a record that is too long for any batch.
   * @param timestampMs milliseconds since 1970, a whole number
   * @param value a buffer of which the first `valueLength` bytes are copied
   * @returns whether the record was added
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

  /** Removes all records and keeps the memory. Not while the batch is being sent. */
  reset(): void {
    this.end = batchHeaderBytes;
    this.records = 0;
  }

  /** The records without the header, for compression. They are the batch's own memory. */
  encodedRecords(): Buffer {
    return this.buffer.subarray(batchHeaderBytes, this.end);
  }

  /**
   * The whole batch as a broker takes it. It is the batch's own memory.
   * @param compressed the batch's records, if they are compressed
   */
  seal(state: ProducerState, compressed?: CompressedRecords): Buffer {
    const header = {
      ...state,
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

/** Compresses the records of a batch, with room for its header before them. @returns undefined if they are sent as they are */
export async function compressRecords(
  compression: Compression,
  batch: RecordBatch,
): Promise<CompressedRecords | undefined> {
  if (compression === "none") return undefined;
  const records = await compress(compression, batch.encodedRecords());
  return { compression, batch: Buffer.concat([Buffer.allocUnsafe(batchHeaderBytes), records]) };
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
