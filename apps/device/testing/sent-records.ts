import type { RecordBatch } from "../../shared/kafka";

/** A message of a batch. */
export interface SentRecord {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Decodes the messages of a batch from its bytes. */
export function recordsOf(batch: RecordBatch): SentRecord[] {
  const bytes = batch.encodedRecords();
  let at = 0;
  /** Reads a VARINT of the Kafka protocol: ZigZag, as in Protocol Buffers. */
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
    // The length, the attributes, and the differences of time and offset.
    number();
    at++;
    number();
    number();
    const [key, value] = [text(), text()];
    const headers = Array.from({ length: number() }, (): [string, unknown] => [text(), JSON.parse(text())]);
    return { key, value, headers: Object.fromEntries(headers) };
  });
}
