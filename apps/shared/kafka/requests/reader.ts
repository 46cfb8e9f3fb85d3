const uuidBytes = 16;

/** Reads the types of Kafka's flexible versions (KIP-482) one after the other. */
export class ProtocolReader {
  private at = 0;

  constructor(private readonly payload: Buffer) {}

  /** @throws Error if there are fewer left. */
  bytes(length: number): Buffer {
    if (length < 0 || this.at + length > this.payload.length) {
      throw new Error(`a broker's answer ends too early, at byte ${this.payload.length}`);
    }
    this.at += length;
    return this.payload.subarray(this.at - length, this.at);
  }

  skip(length: number): void {
    this.bytes(length);
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
    return Number(this.bytes(8).readBigInt64BE());
  }

  /** Kafka shows ids as Base64 for URLs, without padding; all zeros stand for none. */
  uuid(): string | undefined {
    const id = this.bytes(uuidBytes);
    return id.every((byte) => byte === 0) ? undefined : id.toString("base64url");
  }

  /** The length is stored plus one, so that 0 stands for null. */
  string(): string | undefined {
    const stored = this.unsignedVarint();
    return stored === 0 ? undefined : this.bytes(stored - 1).toString("utf8");
  }

  /** Bytes with their length before them, stored plus one, so that 0 stands for null. */
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

  /** Lengths are at most 2^31 - 1, which is five bytes. */
  private unsignedVarint(): number {
    let value = 0;
    for (let place = 0; place < 5; place++) {
      const byte = this.bytes(1).readUInt8();
      value += (byte & 0x7f) * 2 ** (7 * place);
      if (byte < 0x80) return value;
    }
    throw new Error(`a broker's answer holds a length of more than five bytes before byte ${this.at}`);
  }
}
