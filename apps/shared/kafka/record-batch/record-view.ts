import type { BatchContext } from "./batch-header";
import { VarintReader } from "./varint";

/** The headers of a message. One that occurs several times has all of its values. */
export type MessageHeaders = Record<string, Buffer | string | (Buffer | string)[] | undefined>;

/** A message in the shape that kafkajs hands to consumers. */
export interface KafkaMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Milliseconds since 1970. */
  readonly timestamp: string;
  readonly attributes: number;
  readonly offset: string;
  readonly headers?: MessageHeaders;
}

/** What the records of one batch share, with numbers that are exact. */
export interface ReadableBatch {
  readonly context: BatchContext;
  readonly firstOffset: number;
  readonly firstTimestamp: number;
  /** The time of all records, if the broker set it. */
  readonly timestamp: number | undefined;
}

/**
 * A record as kafkajs decodes it, as a view of the batch's bytes: strings and buffers are made only on demand, because each of them is
 * garbage that a consumer at full speed has no time for.
 */
export class RecordView {
  /** @param bytes the records of the batch; starts count from their beginning, and a length of -1 stands for a missing part */
  constructor(
    private readonly batch: ReadableBatch,
    private readonly signedAttributes: number,
    private readonly timestampDelta: number,
    private readonly offsetDelta: number,
    readonly bytes: Buffer,
    readonly keyStart: number,
    readonly keyLength: number,
    readonly valueStart: number,
    readonly valueLength: number,
  ) {}

  /** Kafka's offset as a number. */
  get numericOffset(): number {
    return this.batch.firstOffset + this.offsetDelta;
  }

  /** Kafka's timestamp in milliseconds since 1970. */
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
    return String(this.numericOffset);
  }

  get key(): Buffer | null {
    return part(this.bytes, this.keyStart, this.keyLength);
  }

  get value(): Buffer | null {
    return part(this.bytes, this.valueStart, this.valueLength);
  }

  get hasHeaders(): boolean {
    return this.bytes[this.headersStart] !== 0;
  }

  get headers(): MessageHeaders {
    return this.hasHeaders ? readHeaders(this.bytes, this.headersStart) : {};
  }

  get isControlRecord(): boolean {
    return this.batch.context.isControlBatch;
  }

  get batchContext(): BatchContext {
    return this.batch.context;
  }

  private get headersStart(): number {
    return this.valueStart + Math.max(this.valueLength, 0);
  }
}

/** Bytes of a record; null for the length -1. */
export function part(bytes: Buffer, start: number, length: number): Buffer | null {
  return length < 0 ? null : bytes.subarray(start, start + length);
}

const headerReader = new VarintReader();

/** Headers => [HeaderKey HeaderValue], each behind its length, of which -1 stands for none. */
export function readHeaders(bytes: Buffer, start: number): MessageHeaders {
  const found = new Map<string, Buffer | Buffer[]>();
  headerReader.at = start;
  const next = () => {
    const length = headerReader.read(bytes);
    const read = part(bytes, headerReader.at, length);
    headerReader.at += Math.max(length, 0);
    return read;
  };
  for (let rest = headerReader.read(bytes); rest > 0; rest--) {
    const name = String(next());
    // Null if a header has no value, although the type of kafkajs does not say so.
    const value = next() as Buffer;
    const former = found.get(name);
    found.set(name, former === undefined ? value : [former, value].flat());
  }
  return Object.fromEntries(found);
}

/** The offset of a message as a number. */
export function offsetOf(message: KafkaMessage): number {
  return message instanceof RecordView ? message.numericOffset : Number(message.offset);
}

/** The bytes of a message's key and value together. */
export function lengthOf(message: KafkaMessage): number {
  if (message instanceof RecordView) return Math.max(message.keyLength, 0) + Math.max(message.valueLength, 0);
  return (message.key?.length ?? 0) + (message.value?.length ?? 0);
}

/** The value of a message's header: the first one if there are several, undefined if there is none. */
export function headerOf(message: KafkaMessage, name: string): Buffer | undefined {
  if (message instanceof RecordView && !message.hasHeaders) return undefined;
  const value = message.headers?.[name];
  const [first] = Array.isArray(value) ? value : [value];
  // Null if a header has no value, although the type of kafkajs does not say so.
  return typeof first === "string" ? Buffer.from(first) : (first ?? undefined);
}
