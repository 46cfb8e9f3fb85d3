import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { concatBatches, decodeDataFile, encodeDataFile, type RowBatch } from "./data-file";
import type { Column } from "./schema";

const columns: Column[] = [
  { name: "text", type: "string", nullable: false },
  { name: "long", type: "long", nullable: false },
  { name: "integer", type: "integer", nullable: false },
  { name: "double", type: "double", nullable: false },
  { name: "time", type: "timestamp", nullable: false },
  { name: "label", type: "string", nullable: true },
  { name: "bytes", type: "binary", nullable: true },
];

const micros = (time: string) => BigInt(Date.parse(time)) * 1000n;

const batch: RowBatch = {
  rows: 3,
  columns: {
    text: ["", "\ufeffGrüße", "😀 汉字 \u0000 end"],
    long: BigInt64Array.of(BigInt(Number.MAX_SAFE_INTEGER), -(2n ** 63n), 2n ** 31n),
    integer: Int32Array.of(0, 2 ** 31 - 1, -(2 ** 31)),
    double: Float64Array.of(0.1 + 0.2, Number.MAX_VALUE, -0),
    time: BigInt64Array.of(1n, micros("9999-12-31T23:59:59.999Z"), micros("0000-01-01T00:00:00.000Z") - 1n),
    label: ["x", null, ""],
    bytes: [new Uint8Array(), null, Uint8Array.of(0, 255, 128)],
  },
};

const metadataOf = (contents: Uint8Array) => parquetMetadata(contents.slice().buffer);

describe("a data file", () => {
  it("holds every value exactly", async () => {
    const contents = encodeDataFile(columns, batch);
    expect(await decodeDataFile(columns, contents)).toEqual(batch);
    const { row_groups, schema } = metadataOf(contents);
    expect(row_groups).toHaveLength(1);
    expect(row_groups[0]!.columns.map(({ meta_data }) => meta_data?.codec)).toEqual(
      columns.map(() => "SNAPPY"),
    );
    expect(
      schema.slice(1).map(({ converted_type, repetition_type }) => [converted_type, repetition_type]),
    ).toEqual([
      ["UTF8", "REQUIRED"],
      [undefined, "REQUIRED"],
      [undefined, "REQUIRED"],
      [undefined, "REQUIRED"],
      ["TIMESTAMP_MICROS", "REQUIRED"],
      ["UTF8", "OPTIONAL"],
      [undefined, "OPTIONAL"],
    ]);
  });

  it.each([
    ["none", () => null],
    ["all", (row: number) => `label ${row}`],
    ["every third", (row: number) => (row % 3 === 0 ? "third" : null)],
    ["runs of eight and one", (row: number) => (row % 9 === 8 ? "ninth" : null)],
    ["the first half", (row: number) => (row < 5003 ? "first" : null)],
  ])("keeps nulls in their places: labels for %s", async (_which, labelOf) => {
    const rows = 10_007;
    const numbers = Array.from({ length: rows }, (_, row) => row);
    const many: RowBatch = {
      rows,
      columns: {
        text: numbers.map((row) => `row ${row}`),
        long: BigInt64Array.from(numbers, (row) => BigInt(row) ** 3n),
        integer: Int32Array.from(numbers, (row) => row % 5),
        double: Float64Array.from(numbers, (row) => row / 7),
        time: BigInt64Array.from(numbers, (row) => BigInt(row % 1000) * 1_000_003n),
        label: numbers.map(labelOf),
        bytes: numbers.map((row) => (row % 2 === 0 ? null : Uint8Array.of(row % 256))),
      },
    };
    expect(await decodeDataFile(columns, encodeDataFile(columns, many))).toEqual(many);
  });

  it("reads as a third reader expects", async () => {
    const file = encodeDataFile(columns, batch).slice().buffer;
    const [first] = await parquetReadObjects({ file, columns: ["text", "long", "label"] });
    expect(first).toEqual({ text: "", long: BigInt(Number.MAX_SAFE_INTEGER), label: "x" });
  });

  it("refuses what is not a whole batch", () => {
    const without = (name: string, values: unknown) =>
      encodeDataFile(columns, { ...batch, columns: { ...batch.columns, [name]: values } } as RowBatch);
    expect(() => without("text", ["a", null, "b"])).toThrow("text must not be null");
    expect(() => without("text", [])).toThrow("text has 0 of 3 values");
    expect(() => without("long", undefined)).toThrow("long has 0 of 3 values");
    expect(() => encodeDataFile(columns, { ...batch, rows: 0 })).toThrow("no rows");
  });

  it("leaves files of other types to others", async () => {
    const contents = encodeDataFile(columns, batch);
    const withType = (name: string, type: Column["type"]) =>
      columns.map((column) => (column.name === name ? { ...column, type } : column));
    expect(await decodeDataFile(withType("long", "timestamp"), contents)).toBeUndefined();
    expect(await decodeDataFile(withType("integer", "long"), contents)).toBeUndefined();
    expect(
      await decodeDataFile([...columns, { name: "more", type: "long", nullable: false }], contents),
    ).toBeUndefined();
  });

  it("puts batches one after the other", () => {
    expect(concatBatches(columns, [batch, batch]).columns).toEqual({
      text: [...(batch.columns["text"] as string[]), ...(batch.columns["text"] as string[])],
      long: BigInt64Array.from([
        ...(batch.columns["long"] as BigInt64Array),
        ...(batch.columns["long"] as BigInt64Array),
      ]),
      integer: Int32Array.of(0, 2 ** 31 - 1, -(2 ** 31), 0, 2 ** 31 - 1, -(2 ** 31)),
      double: Float64Array.of(0.1 + 0.2, Number.MAX_VALUE, -0, 0.1 + 0.2, Number.MAX_VALUE, -0),
      time: BigInt64Array.from([
        ...(batch.columns["time"] as BigInt64Array),
        ...(batch.columns["time"] as BigInt64Array),
      ]),
      label: ["x", null, "", "x", null, ""],
      bytes: [...(batch.columns["bytes"] as Uint8Array[]), ...(batch.columns["bytes"] as Uint8Array[])],
    });
  });
});
