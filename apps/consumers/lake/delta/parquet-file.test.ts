import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { encodeParquet } from "./parquet-file";
import type { Column } from "./schema";
import type { ColumnValues } from "./stats";

const columns: Column[] = [
  { name: "text", type: "string", nullable: false },
  { name: "long", type: "long", nullable: false },
  { name: "integer", type: "integer", nullable: false },
  { name: "double", type: "double", nullable: false },
  { name: "time", type: "timestamp", nullable: false },
  { name: "label", type: "string", nullable: true },
];

async function readBack(values: ColumnValues, rows: number) {
  const contents = await encodeParquet(columns, values, rows);
  const file = contents.buffer.slice(
    contents.byteOffset,
    contents.byteOffset + contents.length,
  ) as ArrayBuffer;
  return { rows: await parquetReadObjects({ file }), metadata: parquetMetadata(file) };
}

describe("a Parquet file", () => {
  it("holds every value exactly", async () => {
    const { rows, metadata } = await readBack(
      {
        text: ["", "Grüße", "😀 汉字 \u0000 end"],
        long: [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 2 ** 31],
        integer: [0, 2 ** 31 - 1, -(2 ** 31)],
        double: [0.1 + 0.2, Number.MAX_VALUE, -0],
        time: [0, Date.parse("9999-12-31T23:59:59.999Z"), Date.parse("1969-12-31T23:59:59.999Z")],
        label: ["x", null, ""],
      },
      3,
    );
    expect(rows).toEqual([
      {
        text: "",
        long: BigInt(Number.MAX_SAFE_INTEGER),
        integer: 0,
        double: 0.1 + 0.2,
        time: new Date(0),
        label: "x",
      },
      {
        text: "Grüße",
        long: -BigInt(Number.MAX_SAFE_INTEGER),
        integer: 2147483647,
        double: Number.MAX_VALUE,
        time: new Date("9999-12-31T23:59:59.999Z"),
        label: null,
      },
      {
        text: "😀 汉字 \u0000 end",
        long: 2147483648n,
        integer: -2147483648,
        double: -0,
        time: new Date("1969-12-31T23:59:59.999Z"),
        label: "",
      },
    ]);
    expect(metadata.row_groups).toHaveLength(1);
    expect(metadata.row_groups[0]?.columns.every(({ meta_data }) => meta_data?.codec === "SNAPPY")).toBe(
      true,
    );
    expect(metadata.schema.find(({ name }) => name === "time")?.converted_type).toBe("TIMESTAMP_MICROS");
    expect(metadata.schema.map(({ repetition_type }) => repetition_type)).toEqual([
      undefined,
      ...Array<string>(5).fill("REQUIRED"),
      "OPTIONAL",
    ]);
  });

  it.each([
    ["none", () => null],
    ["all", (row: number) => `label ${row}`],
    ["every third", (row: number) => (row % 3 === 0 ? "third" : null)],
    ["runs of eight and one", (row: number) => (row % 9 === 8 ? "ninth" : null)],
    ["the first half", (row: number) => (row < 5003 ? "first" : null)],
  ])("keeps nulls in their places: labels for %s", async (_which, labelOf) => {
    const count = 10_007;
    const numbers = Array.from({ length: count }, (_, row) => row);
    const values = {
      text: numbers.map((row) => `row ${row}`),
      long: numbers,
      integer: numbers,
      double: numbers.map((row) => row / 7),
      time: numbers,
      label: numbers.map(labelOf),
    };
    const { rows } = await readBack(values, count);
    expect(rows.map(({ label }) => label as string | null)).toEqual(values.label);
    expect(rows.map(({ text }) => text as string)).toEqual(values.text);
    expect(rows.map(({ double }) => double as number)).toEqual(values.double);
  });

  it("refuses what it could not keep exactly", async () => {
    const one = { text: ["a"], long: [1], integer: [1], double: [1], time: [1], label: ["a"] };
    await expect(encodeParquet(columns, { ...one, long: [2 ** 53] }, 1)).rejects.toThrow("exactly");
    await expect(encodeParquet(columns, { ...one, text: [null] }, 1)).rejects.toThrow(
      "text must not be null",
    );
    await expect(encodeParquet(columns, { ...one, text: [] }, 1)).rejects.toThrow("text has 0 of 1 values");
    await expect(encodeParquet(columns, one, 0)).rejects.toThrow("no rows");
  });
});
