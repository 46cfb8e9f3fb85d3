import { describe, expect, it } from "vitest";
import { RowBuffer } from "./buffer";
import { writeDataFiles } from "./data-files";
import { createMemoryStorage } from "./delta/memory-storage";
import { rowOf } from "./rows";
import { minuteOf, type ObservationRow, partitionOf } from "./schema";

const observation = {
  device: "device-1",
  sensor: "sensor_1",
  boot: 1795392000000,
  seq: 42,
  timestamp: "2026-11-23T00:00:01.250Z",
  value: 0.123,
};
const message = (value: object | string | null, timestamp = "1795392001300") => ({
  value: value === null ? null : Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
  offset: "7",
  timestamp,
});
const row = (fields: Partial<ObservationRow> = {}): ObservationRow => {
  const result = rowOf("device-1", 3, message(observation));
  if (result.kind !== "row") throw new Error(result.reason);
  return { ...result.row, ...fields };
};

describe("the row of a message", () => {
  it("has the columns of the contract", () => {
    expect(row()).toEqual({
      device: "device-1",
      sensor_name: "sensor_1",
      boot: 1795392000000,
      seq: 42,
      timestamp: Date.parse("2026-11-23T00:00:01.250Z"),
      value: 0.123,
      label: null,
      kafka_topic: "device-1",
      kafka_partition: 3,
      kafka_offset: 7,
      kafka_timestamp: 1795392001300,
    });
  });

  it("keeps labels, extra fields aside, and text that UTF-8 and JSON can hold", () => {
    const result = rowOf("t", 0, message({ ...observation, sensor: "half \ud83d", label: "😀", later: 1 }));
    expect(result).toMatchObject({ kind: "row", row: { sensor_name: "half \ufffd", label: "😀" } });
  });

  it.each([
    [null, /tombstone/],
    ["rubbish", /not JSON/],
    [{ ...observation, value: "1" }, /^value: /],
    [
      '{"device":"d","sensor":"s","boot":0,"seq":0,"timestamp":"2026-11-23T00:00:01.250Z","value":1e999}',
      /^value: /,
    ],
    [{ ...observation, seq: 2 ** 53 }, /^seq: /],
    [{ ...observation, timestamp: "2026-02-30T00:00:00.000Z" }, /^timestamp: /],
    [{ ...observation, timestamp: "+012026-01-01T00:00:00.000Z" }, /^timestamp: /],
  ])("is none for %j", (value, reason) => {
    const result = rowOf("t", 0, message(value));
    expect(result.kind === "malformed" ? result.reason : "a row").toMatch(reason);
  });

  it("is none when Kafka's own timestamp is no time", () => {
    expect(rowOf("t", 0, message(observation, "9223372036854775807"))).toMatchObject({ kind: "malformed" });
  });
});

it("gives the minute of a time in UTC, also before 1970", () => {
  expect(partitionOf(minuteOf(Date.parse("2026-11-23T00:05:59.999Z")))).toEqual({
    year: 2026,
    month: 11,
    day: 23,
    hour: 0,
    minute: 5,
  });
  expect(partitionOf(minuteOf(-1))).toEqual({ year: 1969, month: 12, day: 31, hour: 23, minute: 59 });
});

it("buffers up to its limits of rows and bytes, and gives everything out once", () => {
  const byRows = new RowBuffer({ rows: 2, bytes: 1000 });
  byRows.add(row(), 10);
  expect(byRows.isFull).toBe(false);
  byRows.add(row({ timestamp: 0 }), 10);
  expect(byRows.isFull).toBe(true);
  const taken = byRows.take();
  expect([taken.rows, taken.bytes, [...taken.minutes.keys()]]).toEqual([
    2,
    20,
    [minuteOf(row().timestamp), 0],
  ]);
  expect(byRows.take()).toMatchObject({ rows: 0, bytes: 0 });

  const byBytes = new RowBuffer({ rows: 1000, bytes: 10 });
  byBytes.add(row(), 10);
  expect(byBytes.isFull).toBe(true);
});

it("writes a file for each minute, with what the log says of it", async () => {
  const storage = createMemoryStorage();
  const buffer = new RowBuffer({ rows: 100, bytes: 1000 });
  buffer.add(row(), 1);
  buffer.add(row({ seq: 43, timestamp: Date.parse("2026-11-23T00:00:59.999Z"), label: "x" }), 1);
  buffer.add(row({ seq: 44, timestamp: Date.parse("2026-11-23T00:01:00.000Z") }), 1);
  const adds = await writeDataFiles(storage.files, buffer.take());
  expect(adds.map(({ path }) => path.replace(/part-[0-9a-f-]{36}/, "part-UUID"))).toEqual([
    "year=2026/month=11/day=23/hour=0/minute=0/part-UUID.snappy.parquet",
    "year=2026/month=11/day=23/hour=0/minute=1/part-UUID.snappy.parquet",
  ]);
  expect(adds.map(({ path }) => storage.contents.get(path)?.length)).toEqual(adds.map(({ size }) => size));
  expect(adds[0]?.partitionValues).toEqual({ year: "2026", month: "11", day: "23", hour: "0", minute: "0" });
  expect(JSON.parse(adds[0]?.stats ?? "")).toMatchObject({
    numRecords: 2,
    minValues: { seq: 42, timestamp: "2026-11-23T00:00:01.250Z", label: "x" },
    maxValues: { seq: 43, timestamp: "2026-11-23T00:00:59.999Z", label: "x" },
    nullCount: { seq: 0, label: 1 },
  });
});
