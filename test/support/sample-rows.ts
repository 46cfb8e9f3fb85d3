import type { ColumnValues, RowBatch } from "../../apps/shared/delta/data-files/row-batch";
import { dataColumns } from "../../apps/shared/delta/schema";
import { minuteOf, observationSchema, partitionOf } from "../../contract/tables";

/**
 * A row of the table of observations in a form that every reader can give exactly, and JSON can carry: long numbers and
 * times (microseconds since 1970) as decimal digits, doubles as the hexadecimal digits of their eight bytes.
 */
export type PlainRow = Readonly<Record<string, string | number | null>>;

/** The order of rows: by offset. */
export const byOffset = (one: PlainRow, other: PlainRow) =>
  String(one["kafka_offset"]).padStart(20, "0") < String(other["kafka_offset"]).padStart(20, "0") ? -1 : 1;

/** The eight bytes of a double, the most significant first. */
export function doubleDigits(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString("hex");
}

/** An observation with some default values. */
export function plainRow(offset: number, timestamp: string, fields: PlainRow = {}): PlainRow {
  const time = Date.parse(timestamp);
  return {
    device: "device-1",
    sensor_name: "sensor_1",
    boot: "1795392000000",
    seq: String(offset),
    timestamp: String(BigInt(time) * 1000n),
    value: doubleDigits(offset / 7),
    label: null,
    kafka_topic: "device-1",
    kafka_partition: 0,
    kafka_offset: String(offset),
    kafka_timestamp: "1795392000123000",
    ...partitionOf(minuteOf(time)),
    ...fields,
  };
}

/** Rows with texts, numbers and times at the limits of what the table accepts. */
export function edgeRows(firstOffset: number): PlainRow[] {
  const noon = "2026-11-23T12:00:00.000Z";
  const variants: [string, PlainRow][] = [
    [noon, { label: "offen" }],
    [noon, { label: "" }],
    [noon, { label: 'é "quoted" \\ % / = \n 温度 🌡' }],
    [noon, { device: "κόμβος/1", sensor_name: "a=b c%2Fd" }],
    [noon, { label: "x".repeat(10_000) }],
    ...[-0, -1.5, 0.1, 5e-324, -1.7976931348623157e308].map((value): [string, PlainRow] => [
      noon,
      { value: doubleDigits(value) },
    ]),
    [noon, { boot: "0", seq: "9007199254740991" }],
    [noon, { kafka_partition: 2_147_483_647, boot: "9223372036854775807" }],
    [noon, { kafka_timestamp: "-1000" }],
    ["1969-12-31T23:59:59.999Z", {}],
    ["1970-01-01T00:00:00.000Z", {}],
    ["9999-12-31T23:59:59.999Z", {}],
  ];
  return variants.map(([timestamp, fields], index) => plainRow(firstOffset + index, timestamp, fields));
}

/** Rows with times on which calendars disagree: time zones before 1900, dates before 1582. */
export function ancientRows(firstOffset: number): PlainRow[] {
  return ["0001-01-01T00:00:00.000Z", "1582-10-10T12:00:00.000Z", "1899-12-31T23:59:59.999Z"].map(
    (timestamp, index) => plainRow(firstOffset + index, timestamp),
  );
}

/** The rows of each minute as a data file will hold them. */
export function batchesByMinute(rows: readonly PlainRow[]): Map<number, RowBatch> {
  const minutes = new Map<number, PlainRow[]>();
  for (const row of rows) {
    const minute = minuteOf(Number(BigInt(row["timestamp"] ?? 0) / 1000n));
    minutes.set(minute, [...(minutes.get(minute) ?? []), row]);
  }
  return new Map([...minutes].map(([minute, own]) => [minute, batchOf(own)]));
}

function batchOf(rows: readonly PlainRow[]): RowBatch {
  const columns = dataColumns(observationSchema).map(({ name, type }): [string, ColumnValues] => {
    const values = rows.map((row) => row[name] ?? null);
    switch (type) {
      case "long":
      case "timestamp":
        return [name, BigInt64Array.from(values, (value) => BigInt(value ?? 0))];
      case "integer":
        return [name, Int32Array.from(values, Number)];
      case "double":
        return [
          name,
          Float64Array.from(values, (digits) => Buffer.from(String(digits), "hex").readDoubleBE()),
        ];
      default:
        return [name, values as (string | null)[]];
    }
  });
  return { rows: rows.length, columns: Object.fromEntries(columns) };
}

/** Rows of a data file without the columns of its partition, in their order there. */
export function plainRowsOf({ rows, columns }: RowBatch): PlainRow[] {
  const types = dataColumns(observationSchema);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(types.map(({ name, type }) => [name, plainValue(type, columns[name]?.[row])])),
  );
}

function plainValue(type: string, value: unknown): string | number | null {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" && type === "double") return doubleDigits(value);
  return value as string | number | null;
}
