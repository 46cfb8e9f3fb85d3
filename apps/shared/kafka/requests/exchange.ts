import { VarintReader, writeUnsignedVarint } from "../record-batch/varint";

/** What a broker reports of one thing that it was asked to do. */
export interface ProtocolStatus {
  /** Kafka's code of the error; 0 for none. */
  readonly errorCode: number;
  /** The broker's own words. */
  readonly errorMessage: string | undefined;
}

/** A request and how to read its answer, in the form that kafkajs sends. */
export interface ProtocolExchange<Answer> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    /** kafkajs expects its own encoder, of which it reads these two properties. */
    readonly encode: () => Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>;
  };
  readonly response: {
    decode(payload: Buffer): Promise<DecodedAnswer<Answer>>;
    parse(decoded: DecodedAnswer<Answer>): Promise<Answer>;
  };
}

/** An answer as kafkajs handles it before it is parsed. */
export interface DecodedAnswer<Answer> {
  readonly answer: Answer;
  /** How long the broker wants no more requests; kafkajs reads it from every answer. */
  readonly clientSideThrottleTime: number;
}

/** A request as its schema describes it (Kafka's `common/message/*.json`), of a flexible version. */
export interface ExchangeSchema<Answer> {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  /** Writes the body from its first field on, with the tags at its end. */
  readonly write: (writer: ProtocolWriter) => void;
  /** Reads the body from its first field on; fields after the last one that matters may stay unread. */
  readonly read: (reader: ProtocolReader) => Answer;
}

/** Makes the form that kafkajs sends. kafkajs writes and reads the headers of older versions, which have no tags. */
export function exchangeOf<Answer>(schema: ExchangeSchema<Answer>): ProtocolExchange<Answer> {
  const { apiKey, apiVersion, apiName } = schema;
  return {
    request: {
      apiKey,
      apiVersion,
      apiName,
      encode: () => {
        const writer = new ProtocolWriter().noTags();
        schema.write(writer);
        const bytes = writer.written();
        return Promise.resolve({ buf: bytes, buffer: bytes });
      },
    },
    response: {
      decode: (payload) => {
        const reader = new ProtocolReader(payload);
        reader.skipTags();
        return Promise.resolve({ answer: schema.read(reader), clientSideThrottleTime: 0 });
      },
      parse: ({ answer }) => Promise.resolve(answer),
    },
  };
}

const uuidBytes = 16;

/** Writes the types of Kafka's flexible versions (KIP-482) one after the other. */
export class ProtocolWriter {
  private readonly parts: Buffer[] = [];

  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }

  int8(value: number): this {
    const bytes = Buffer.alloc(1);
    bytes.writeInt8(value);
    return this.bytes(bytes);
  }

  int16(value: number): this {
    const bytes = Buffer.alloc(2);
    bytes.writeInt16BE(value);
    return this.bytes(bytes);
  }

  uint16(value: number): this {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16BE(value);
    return this.bytes(bytes);
  }

  int32(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return this.bytes(bytes);
  }

  /** Offsets, sizes and times stay far below 2^53. */
  int64(value: number): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(BigInt(value));
    return this.bytes(bytes);
  }

  /** An id as Kafka's tools print it; `undefined` is written as all zeros. */
  uuid(id: string | undefined): this {
    const bytes = id === undefined ? Buffer.alloc(uuidBytes) : Buffer.from(id, "base64url");
    if (bytes.length !== uuidBytes) throw new Error(`"${id}" is not an id of Kafka`);
    return this.bytes(bytes);
  }

  string(text: string | undefined): this {
    if (text === undefined) return this.unsignedVarint(0);
    const bytes = Buffer.from(text, "utf8");
    return this.unsignedVarint(bytes.length + 1).bytes(bytes);
  }

  /** `undefined` is written as null. */
  array<Item>(items: readonly Item[] | undefined, write: (item: Item) => void): this {
    this.unsignedVarint(items === undefined ? 0 : items.length + 1);
    for (const item of items ?? []) write(item);
    return this;
  }

  /** Nothing here has tags: they are for fields that brokers may leave unread. */
  noTags(): this {
    return this.unsignedVarint(0);
  }

  written(): Buffer {
    return Buffer.concat(this.parts);
  }

  private bytes(bytes: Buffer): this {
    this.parts.push(bytes);
    return this;
  }

  private unsignedVarint(value: number): this {
    const bytes = Buffer.alloc(5);
    return this.bytes(bytes.subarray(0, writeUnsignedVarint(bytes, 0, value)));
  }
}

const nullLength = -1;

/**
 * Reads the types of Kafka's flexible versions (KIP-482) one after the other; methods that begin with `classic` read those of older
 * versions. All throw if the answer ends too early.
 */
export class ProtocolReader {
  private at = 0;
  private readonly varints = new VarintReader();

  constructor(private readonly payload: Buffer) {}

  /** How many bytes are left. */
  get left(): number {
    return this.payload.length - this.at;
  }

  bytes(length: number): Buffer {
    if (length < 0 || length > this.left)
      throw new Error(`a broker's answer ends too early, at byte ${this.payload.length}`);
    this.at += length;
    return this.payload.subarray(this.at - length, this.at);
  }

  skip(length: number): void {
    this.bytes(length);
  }

  /** An error code (0 for success) and the broker's message about it: `error_code error_message`. */
  status(): ProtocolStatus {
    return { errorCode: this.int16(), errorMessage: this.string() };
  }

  int16(): number {
    return this.bytes(2).readInt16BE();
  }

  uint16(): number {
    return this.bytes(2).readUInt16BE();
  }

  int32(): number {
    return this.bytes(4).readInt32BE();
  }

  /** Offsets, sizes and times stay far below 2^53. */
  int64(): number {
    return Number(this.bigInt64());
  }

  bigInt64(): bigint {
    return this.bytes(8).readBigInt64BE();
  }

  /** Kafka prints ids as Base64 for URLs, without padding; all zeros stand for none. */
  uuid(): string | undefined {
    const id = this.bytes(uuidBytes);
    return id.every((byte) => byte === 0) ? undefined : id.toString("base64url");
  }

  /** The length is stored plus one, so that 0 stands for null. */
  string(): string | undefined {
    return this.lengthAndBytes()?.toString("utf8");
  }

  /** Bytes behind their length, which is stored plus one, so that 0 stands for null. */
  lengthAndBytes(): Buffer | undefined {
    const stored = this.unsignedVarint();
    return stored === 0 ? undefined : this.bytes(stored - 1);
  }

  /** Null is read as an empty array. */
  array<Item>(item: () => Item): Item[] {
    const items: Item[] = [];
    for (let rest = this.unsignedVarint(); rest > 1; rest--) items.push(item());
    return items;
  }

  int32Array(): number[] {
    return this.array(() => this.int32());
  }

  skipTags(): void {
    for (let rest = this.unsignedVarint(); rest > 0; rest--) {
      this.unsignedVarint();
      this.skip(this.unsignedVarint());
    }
  }

  /** Null is read as an empty array. */
  classicArray<Item>(item: () => Item): Item[] {
    const items: Item[] = [];
    for (let rest = this.int32(); rest > 0; rest--) items.push(item());
    return items;
  }

  classicString(): string | undefined {
    const length = this.int16();
    return length === nullLength ? undefined : this.bytes(length).toString("utf8");
  }

  private unsignedVarint(): number {
    this.varints.at = this.at;
    const value = this.varints.readUnsigned(this.payload);
    if (Number.isNaN(value)) {
      if (this.varints.at > this.payload.length) this.bytes(this.left + 1);
      throw new Error(
        `a broker's answer holds a length of more than five bytes before byte ${this.varints.at}`,
      );
    }
    this.at = this.varints.at;
    return value;
  }
}
