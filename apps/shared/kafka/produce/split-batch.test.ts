import { expect, it } from "vitest";
import { partitionOfKey } from "./partitioner";
import { type BatchRecord, readRecords } from "../record-batch/producer-records";
import { RecordBatch } from "../record-batch/batch-writer";
import { splitByKey } from "./split-batch";

const nowMs = 1_795_392_000_000;
/** Times before and after that of the first, near and far. */
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

const readable = ({ timestampMs, key, value, headers }: BatchRecord) => ({
  timestampMs,
  key: Buffer.from(key).toString(),
  value: Buffer.from(value).toString(),
  headers,
});

it("keeps each record as it was, and those of one key in order", () => {
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
  expect(Array.from(readRecords(batch), readable)).toEqual(made);

  const parts = splitByKey(batch, 3);
  expect([...parts.keys()].sort()).toEqual([0, 1, 2]);
  for (const [partition, part] of parts) {
    const own = made.filter(({ key }) => partitionOfKey(Buffer.from(key), 3) === partition);
    expect(Array.from(readRecords(part), readable)).toEqual(own);
  }
});
