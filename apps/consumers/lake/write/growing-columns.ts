/** The initial capacity of arrays. */
const firstRoom = 256;

/** A growing column of 64-bit integers. Numbers are added without a bigint for each, which would take most of the time. */
export class GrowingLongs {
  private values = new BigInt64Array(firstRoom);
  /** The same memory: the lower and then the upper half of each integer. */
  private halves = new Int32Array(this.values.buffer);
  private length = 0;

  /** @param value a safe integer */
  push(value: number): void {
    const at = this.makeRoom() * 2;
    const upper = Math.floor(value / 2 ** 32);
    this.halves[at] = value - upper * 2 ** 32;
    this.halves[at + 1] = upper;
  }

  /** Appends a time in milliseconds as microseconds. */
  pushMicroseconds(milliseconds: number): void {
    const micros = milliseconds * 1000;
    // Only beyond the year 2255.
    if (Number.isSafeInteger(micros)) this.push(micros);
    else this.values[this.makeRoom()] = BigInt(milliseconds) * 1000n;
  }

  take(): BigInt64Array {
    return this.values.subarray(0, this.length);
  }

  private makeRoom(): number {
    if (this.length === this.values.length) {
      const larger = new BigInt64Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
      this.halves = new Int32Array(larger.buffer);
    }
    return this.length++;
  }
}

/** A growing column of doubles. */
export class GrowingDoubles {
  private values = new Float64Array(firstRoom);
  private length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  take(): Float64Array {
    return this.values.subarray(0, this.length);
  }
}

/** A growing column of 32-bit integers. */
export class GrowingIntegers {
  private values = new Int32Array(firstRoom);
  private length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  take(): Int32Array {
    return this.values.subarray(0, this.length);
  }
}

/** The bytes of many parts in one array: an array for each of very many small parts would fill the memory. */
export class GrowingBytes {
  private bytes = new Uint8Array(firstRoom);
  private length = 0;
  private readonly starts = new GrowingIntegers();
  private readonly lengths = new GrowingIntegers();

  /** Appends a copy of a part. @param length -1 for null */
  push(source: Uint8Array, start: number, length: number): void {
    this.starts.push(this.length);
    this.lengths.push(length);
    if (length <= 0) return;
    if (this.length + length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + length));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(source.subarray(start, start + length), this.length);
    this.length += length;
  }

  /** The parts from `from` up to, but without, `to`. */
  slice(from: number, to: number): (Uint8Array | null)[] {
    const lengths = this.lengths.take().subarray(from, to);
    const starts = this.starts.take().subarray(from, to);
    return Array.from(lengths, (length, index) => {
      const start = starts[index] ?? 0;
      return length < 0 ? null : this.bytes.subarray(start, start + length);
    });
  }
}
