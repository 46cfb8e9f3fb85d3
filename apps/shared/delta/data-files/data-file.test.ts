import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import type { Column } from "../schema";
import { concatBatches, type RowBatch } from "./row-batch";
import { decodeDataFile, describeDataFile } from "./decode";
import { encodeDataFile } from "./encode";

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

const batchOf = (long: bigint, integer: number) => ({
  long: BigInt64Array.of(long, long),
  integer: Int32Array.of(integer, integer),
});

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
  ])("nulls stay in their places: labels for %s", async (_which, labelOf) => {
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

  it("is read equally by another library", async () => {
    const file = encodeDataFile(columns, batch).slice().buffer;
    const [first] = await parquetReadObjects({ file, columns: ["text", "long", "label"] });
    expect(first).toEqual({ text: "", long: BigInt(Number.MAX_SAFE_INTEGER), label: "x" });
  });

  it("refuses an incomplete batch", () => {
    const without = (name: string, values: unknown) =>
      encodeDataFile(columns, { ...batch, columns: { ...batch.columns, [name]: values } } as RowBatch);
    expect(() => without("text", ["a", null, "b"])).toThrow("text must not be null");
    expect(() => without("text", [])).toThrow("text has 0 of 3 values");
    expect(() => without("long", undefined)).toThrow("long has 0 of 3 values");
    expect(() => encodeDataFile(columns, { ...batch, rows: 0 })).toThrow("without rows");
  });

  it("is not read with a wrong type, and its own type is reported", async () => {
    const contents = encodeDataFile(columns, batch);
    const withType = (name: string, type: Column["type"]) =>
      columns.map((column) => (column.name === name ? { ...column, type } : column));
    const more = (type: Column["type"], nullable: boolean) => [...columns, { name: "more", type, nullable }];
    const cases: [Column[], string][] = [
      [withType("long", "timestamp"), "its column long is INT64 instead of timestamp"],
      [withType("time", "long"), "its column time is INT64 (TIMESTAMP_MICROS) instead of long"],
      [withType("double", "string"), "its column double is DOUBLE instead of string"],
      [withType("text", "double"), "its column text is BYTE_ARRAY (UTF8) instead of double"],
      [more("long", false), "its column more is missing"],
      [more("long", true), "its column more is missing"],
      [more("string", false), "its column more is missing"],
    ];
    for (const [wanted, message] of cases)
      await expect(decodeDataFile(wanted, contents)).rejects.toThrow(message);
  });

  it("may lack a nullable column", async () => {
    const lacking = columns.filter(({ name }) => name !== "label");
    const read = await decodeDataFile(columns, encodeDataFile(lacking, batch));
    expect(read).toEqual({ ...batch, columns: { ...batch.columns, label: [null, null, null] } });
  });

  it("may have integers of another width, if they fit", async () => {
    const long: Column = { name: "long", type: "long", nullable: false };
    const integer: Column = { name: "integer", type: "integer", nullable: false };
    const wide = encodeDataFile([long, integer], { rows: 2, columns: batchOf(2n ** 31n - 1n, -5) });
    expect((await decodeDataFile([{ ...integer, type: "long" }], wide)).columns).toEqual({
      integer: BigInt64Array.of(-5n, -5n),
    });
    expect((await decodeDataFile([{ ...long, type: "integer" }], wide)).columns).toEqual({
      long: Int32Array.of(2 ** 31 - 1, 2 ** 31 - 1),
    });
    const wider = encodeDataFile([long], { rows: 2, columns: batchOf(2n ** 31n, 0) });
    await expect(decodeDataFile([{ ...long, type: "integer" }], wider)).rejects.toThrow(
      "its column long has the value 2147483648, which is out of the range of the table",
    );
  });

  it.each(["text", "long"])("with null in a column that does not allow it is not read: %s", async (name) => {
    // As other writers may have it, whose columns all take null.
    const nullable = columns.map((column) => ({ ...column, nullable: true }));
    const values = (batch.columns[name] as unknown[] | BigInt64Array).slice(0, 2);
    const contents = encodeDataFile(nullable, {
      ...batch,
      columns: { ...batch.columns, [name]: [...values, null] },
    } as RowBatch);
    await expect(decodeDataFile(columns, contents)).rejects.toThrow(
      `its column ${name} has null in row 2, which is not allowed`,
    );
  });

  it("keeps a byte-order mark in its texts, and refuses invalid UTF-8", async () => {
    const text: Column[] = [{ name: "text", type: "string", nullable: false }];
    const marked: RowBatch = { rows: 2, columns: { text: ["\ufeffpump", "\ufeff"] } };
    expect(await decodeDataFile(text, encodeDataFile(text, marked))).toEqual(marked);
    const bytes: Column[] = [{ name: "text", type: "binary", nullable: false }];
    const latin = encodeDataFile(bytes, { rows: 1, columns: { text: [Buffer.from("caf\xe9", "latin1")] } });
    await expect(decodeDataFile(text, latin)).rejects.toThrow("not valid");
  });

  it("describes its columns and its size", () => {
    const { columns: names, decodedBytes } = describeDataFile(encodeDataFile(columns, batch));
    expect(names).toEqual(columns.map(({ name }) => name));
    expect(decodedBytes).toBeGreaterThan(100);
  });

  it("may have the rows of several batches", () => {
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
