import type { KafkaMessage } from "kafkajs";

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

/**
 * A record as kafkajs decodes it, made of its place in the batch's bytes: texts and buffers come into being only when they
 * are asked for, because each of them is garbage that a consumer at full speed has no time for.
 */
export class PlacedRecord {
  /** @param bytes of the batch; starts count from their beginning, and a length of -1 stands for a missing part */
  constructor(
    private readonly batch: QuickBatch,
    private readonly signedAttributes: number,
    private readonly timestampDelta: number,
    private readonly offsetDelta: number,
    readonly bytes: Buffer,
    readonly keyStart: number,
    readonly keyLength: number,
    readonly valueStart: number,
    readonly valueLength: number,
  ) {}

  /** Kafka's offset, as a number. */
  get place(): number {
    return this.batch.firstOffset + this.offsetDelta;
  }

  /** Kafka's timestamp, in milliseconds since 1970. */
  get time(): number {
    return this.batch.timestamp ?? this.batch.firstTimestamp + this.timestampDelta;
  }

  get magicByte(): number {
    return this.batch.context.magicByte;
  }

  get attributes(): number {
    return this.signedAttributes;
  }

  get timestamp(): string {
    return String(this.time);
  }

  get offset(): string {
    return String(this.place);
  }

  get key(): Buffer | null {
    return part(this.bytes, this.keyStart, this.keyLength);
  }

  get value(): Buffer | null {
    return part(this.bytes, this.valueStart, this.valueLength);
  }

  get headers(): Record<string, never> {
    return {};
  }

  get isControlRecord(): boolean {
    return this.batch.context.isControlBatch;
  }

  get batchContext(): BatchContext {
    return this.batch.context;
  }
}

function part(bytes: Buffer, start: number, length: number): Buffer | null {
  return length < 0 ? null : bytes.subarray(start, start + length);
}

/** The offset of a message, as a number. */
export function offsetOf(message: KafkaMessage): number {
  return message instanceof PlacedRecord ? message.place : Number(message.offset);
}

/** How many bytes the key and the value of a message have. */
export function lengthOf(message: KafkaMessage): number {
  if (message instanceof PlacedRecord)
    return Math.max(message.keyLength, 0) + Math.max(message.valueLength, 0);
  return (message.key?.length ?? 0) + (message.value?.length ?? 0);
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
  readonly timestamp: number | undefined;
}

/** The batch that an item of an array belongs to, if it is a record. */
function quickBatchOf(item: unknown): QuickBatch | undefined {
  const context = (item as { readonly batchContext?: BatchContext } | null | undefined)?.batchContext;
  if (context === undefined) return undefined;
  const firstOffset = Number(context.firstOffset);
  const firstTimestamp = Number(context.firstTimestamp);
  const maxTimestamp = Number(context.maxTimestamp);
  if (!isModest(firstOffset) || !isModest(firstTimestamp) || !isModest(maxTimestamp)) return undefined;
  const isGiven = context.timestampType === logAppendTime && context.maxTimestamp !== "";
  return { context, firstOffset, firstTimestamp, timestamp: isGiven ? maxTimestamp : undefined };
}

/** So small that adding any difference that is read here stays exact. */
function isModest(value: number): boolean {
  return Math.abs(value) < 2 ** 52;
}

/** Reads a record (Kafka protocol, Record of a RecordBatch); undefined, with nothing read, if it is an unusual one. */
function decodeRecord(decoder: RecordDecoder, batch: QuickBatch): PlacedRecord | undefined {
  const { buffer } = decoder;
  cursor = decoder.offset;
  const length = readVarint(buffer);
  const end = cursor + length;
  const attributes = buffer[cursor++] ?? 0;
  const timestampDelta = readVarint(buffer);
  const offsetDelta = readVarint(buffer);
  const keyLength = readVarint(buffer);
  const keyStart = cursor;
  cursor += Math.max(keyLength, 0);
  const valueLength = readVarint(buffer);
  const valueStart = cursor;
  cursor += Math.max(valueLength, 0);
  const headers = readVarint(buffer);
  // Whatever was too large to be read has become NaN, and no comparison holds.
  if (headers !== 0 || cursor !== end || !isModest(timestampDelta) || !(offsetDelta >= 0)) return undefined;
  decoder.offset = end;
  return new PlacedRecord(
    batch,
    (attributes << 24) >> 24,
    timestampDelta,
    offsetDelta,
    buffer,
    keyStart,
    keyLength,
    valueStart,
    valueLength,
  );
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
