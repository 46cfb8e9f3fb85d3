import type { RecordBatch, RecordHeader } from "./batch-writer";

/** A record of a batch; key and value lie in the batch's own memory. */
export interface BatchRecord {
  readonly timestampMs: number;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly headers: readonly RecordHeader[];
}

/** Reads the records that a {@link RecordBatch} was given, in their order. */
export function* readRecords(
  batch: Pick<RecordBatch, "count" | "baseTimestampMs" | "encodedRecords">,
): Generator<BatchRecord> {
  const reader = new RecordReader(batch.encodedRecords());
  for (let rest = batch.count; rest > 0; rest--) {
    reader.varint();
    reader.bytes(1);
    const timestampMs = batch.baseTimestampMs + reader.varint();
    reader.varint();
    const key = reader.bytes(reader.varint());
    const value = reader.bytes(reader.varint());
    const headers: RecordHeader[] = [];
    for (let left = reader.varint(); left > 0; left--)
      headers.push({ key: reader.text(), value: reader.text() });
    yield { timestampMs, key, value, headers };
  }
}

class RecordReader {
  private at = 0;

  constructor(private readonly encoded: Buffer) {}

  bytes(length: number): Buffer {
    this.at += length;
    return this.encoded.subarray(this.at - length, this.at);
  }

  text(): string {
    return this.bytes(this.varint()).toString("utf8");
  }

  /** VARINT or VARLONG up to ±2⁵². */
  varint(): number {
    let zigzag = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.encoded[this.at++] ?? 0;
      zigzag += (byte & 0x7f) * scale;
      if (byte < 0x80) return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    }
  }
}
