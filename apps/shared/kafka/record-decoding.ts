// kafkajs ships no types for its inner modules; the version is pinned and the test beside this file holds the shape.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const Decoder = require("kafkajs/src/protocol/decoder") as { prototype: DecoderPrototype };

interface RecordDecoder {
  readonly buffer: Buffer;
  /** The next byte to read. */
  offset: number;
  readInt32(): number;
}

interface DecoderPrototype {
  readArray: <Item>(this: RecordDecoder, read: (decoder: RecordDecoder) => Item) => Item[];
}

/** What kafkajs makes of a record's batch. 64-bit numbers are texts. */
interface BatchContext {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly maxTimestamp: string;
  /** 1 if the broker's clock counts. */
  readonly timestampType: number;
  readonly isControlBatch: boolean;
  readonly magicByte: number;
}

/** What kafkajs makes of a record. */
interface DecodedRecord {
  readonly magicByte: number;
  readonly attributes: number;
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
}

const logAppendTime = 1;
/** Varints of so many bytes fit a double exactly. */
const mostVarintBytes = 7;

let applied = false;

/**
 * kafkajs 2.2.4 decodes each record of a batch with a decoder, several big integers and texts of its own; that takes most
 * of the time of a consumer. With this it decodes them from the batch's bytes, to the same result; records with headers
 * or with huge numbers still go the old way, as do those of compressed batches.
 */
export function decodeRecordsQuickly(): void {
  if (applied) return;
  applied = true;
  Decoder.prototype.readArray = function <Item>(
    this: RecordDecoder,
    read: (decoder: RecordDecoder) => Item,
  ): Item[] {
    const length = this.readInt32();
    if (length === -1) return [];
    const items = new Array<Item>(length);
    let batch: QuickBatch | undefined;
    for (let index = 0; index < length; index++) {
      const quick = batch === undefined ? undefined : decodeRecord(this, batch);
      const item = (quick as Item | undefined) ?? read(this);
      items[index] = item;
      if (index === 0) batch = quickBatchOf(item);
    }
    return items;
  };
}

interface QuickBatch {
  readonly context: BatchContext;
  readonly firstOffset: number;
  readonly firstTimestamp: number;
  /** The time of all records, if the broker gave it. */
  readonly timestamp: string | undefined;
}

/** The batch that an item of an array belongs to, if it is a record. */
function quickBatchOf(item: unknown): QuickBatch | undefined {
  const context = (item as Partial<DecodedRecord> | null | undefined)?.batchContext;
  if (context === undefined) return undefined;
  const firstOffset = Number(context.firstOffset);
  const firstTimestamp = Number(context.firstTimestamp);
  if (!isModest(firstOffset) || !isModest(firstTimestamp)) return undefined;
  const isGiven = context.timestampType === logAppendTime && context.maxTimestamp !== "";
  return { context, firstOffset, firstTimestamp, timestamp: isGiven ? context.maxTimestamp : undefined };
}

/** So small that adding any difference that is read here stays exact. */
function isModest(value: number): boolean {
  return Math.abs(value) < 2 ** 52;
}

/** Reads a record (Kafka protocol, Record of a RecordBatch); undefined, with nothing read, if it is an unusual one. */
function decodeRecord(decoder: RecordDecoder, batch: QuickBatch): DecodedRecord | undefined {
  const { buffer } = decoder;
  cursor = decoder.offset;
  const length = readVarint(buffer);
  const end = cursor + length;
  const attributes = buffer[cursor++] ?? 0;
  const timestampDelta = readVarint(buffer);
  const offsetDelta = readVarint(buffer);
  const key = readBytes(buffer);
  const value = readBytes(buffer);
  const headers = readVarint(buffer);
  // Whatever was too large to be read has become NaN, and no comparison holds.
  if (headers !== 0 || cursor !== end || !isModest(timestampDelta) || !(offsetDelta >= 0)) return undefined;
  decoder.offset = end;
  const { context, firstOffset, firstTimestamp, timestamp } = batch;
  return {
    magicByte: context.magicByte,
    attributes: (attributes << 24) >> 24,
    timestamp: timestamp ?? String(firstTimestamp + timestampDelta),
    offset: String(firstOffset + offsetDelta),
    key,
    value,
    headers: {},
    isControlRecord: context.isControlBatch,
    batchContext: context,
  };
}

/** Where the functions below read on. One place for all of them: a result of two values for each would be garbage. */
let cursor = 0;

/** Reads a zigzag varint; NaN if it is too large, or not there. */
function readVarint(buffer: Buffer): number {
  let result = 0;
  let scale = 1;
  for (let count = 0; count < mostVarintBytes; count++) {
    const byte = buffer[cursor++];
    if (byte === undefined) return Number.NaN;
    result += (byte & 0x7f) * scale;
    if (byte < 0x80) return result % 2 === 0 ? result / 2 : -(result + 1) / 2;
    scale *= 0x80;
  }
  return Number.NaN;
}

function readBytes(buffer: Buffer): Buffer | null {
  const length = readVarint(buffer);
  if (length === -1) return null;
  const start = cursor;
  cursor += length;
  return buffer.subarray(start, cursor);
}
