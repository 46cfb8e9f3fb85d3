import { expect, it } from "vitest";
import { partitionOfKey } from "./partitioner";
import { readBatch } from "../record-batch/batch-header";
import { RecordBatch } from "../record-batch/batch-writer";
import { readRecords } from "../record-batch/read-records";
import type { KafkaMessage } from "../record-batch/record-view";
import { splitByKey } from "./sending";

const nowMs = 1_795_392_000_000;
/** Times before and after the first, near and far. */
const timesMs = [
  nowMs,
  nowMs - 1,
  nowMs - 64,
  nowMs - 2 ** 31,
  nowMs + 2 ** 33,
  nowMs,
  nowMs + 63,
  nowMs + 64,
];

const state = { producerId: 1n, producerEpoch: 0, baseSequence: 0 };

/** The records of a batch as they were made. */
function recordsOf(batch: RecordBatch) {
  const stored = readBatch(batch.seal(state));
  return readRecords(stored, stored.records).map(({ timestamp, key, value, headers = {} }: KafkaMessage) => ({
    timestampMs: Number(timestamp),
    key: String(key),
    value: String(value),
    headers: Object.entries(headers).map(([name, text]) => ({ key: name, value: String(text) })),
  }));
}

it("splitting a batch keeps each record as it was, and the records of one key in order", () => {
  const batch = new RecordBatch(100_000);
  const made = Array.from({ length: 400 }, (_, index) => ({
    timestampMs: timesMs[index % timesMs.length] ?? 0,
    key: `key-${index % 13}`,
    value: "ü".repeat(index),
    headers: index % 3 === 0 ? [{ key: "fault", value: `größe ${index}` }] : [],
  })).filter(({ timestampMs, key, value, headers }) => {
    const bytes = Buffer.from(value);
    return batch.append(timestampMs, Buffer.from(key), bytes, bytes.length, headers);
  });
  expect(recordsOf(batch)).toEqual(made);

  const parts = splitByKey(batch, 3);
  expect([...parts.keys()].sort()).toEqual([0, 1, 2]);
  for (const [partition, part] of parts) {
    const own = made.filter(({ key }) => partitionOfKey(Buffer.from(key), 3) === partition);
    expect(recordsOf(part)).toEqual(own);
  }
});
