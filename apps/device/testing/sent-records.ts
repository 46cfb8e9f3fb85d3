import type { RecordBatch } from "../../shared/kafka";

/** A message as it is in a batch. */
export interface SentRecord {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The messages of a batch, out of its bytes. */
export function recordsOf(batch: RecordBatch): SentRecord[] {
  const bytes = batch.encodedRecords();
  let at = 0;
  /** ZigZag, as Protocol Buffers have it (Kafka protocol, VARINT). */
  const number = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
  };
  const text = () => {
    const length = number();
    at += length;
    return bytes.subarray(at - length, at).toString();
  };
  return Array.from({ length: batch.count }, () => {
    // Its length, its attributes, and its distances in time and offset.
    number();
    at++;
    number();
    number();
    const [key, value] = [text(), text()];
    const headers = Array.from({ length: number() }, (): [string, unknown] => [text(), JSON.parse(text())]);
    return { key, value, headers: Object.fromEntries(headers) };
  });
}
