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

  /** An id as Kafka's tools show it; none is all zeros. */
  uuid(id: string | undefined): this {
    const bytes = id === undefined ? Buffer.alloc(uuidBytes) : Buffer.from(id, "base64url");
    if (bytes.length !== uuidBytes) throw new Error(`"${id}" is no id of Kafka's`);
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
    const bytes: number[] = [];
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
    return this.bytes(Buffer.from([...bytes, rest]));
  }
}
