import { describe, expect, it } from "vitest";
import type { ColumnValues } from "./data-file";
import { decodePath, encodePath, partitionDirectory } from "./partition-path";
import type { Column } from "./schema";
import { formatStatistics, statisticsOf, withNullColumns } from "./stats";

const column = (name: string, type: Column["type"]): Column => ({ name, type, nullable: true });

it("counts nulls and gives the range of the others", () => {
  const columns = [
    column("n", "long"),
    column("s", "string"),
    column("t", "timestamp"),
    column("none", "string"),
  ];
  const values = {
    n: BigInt64Array.of(3n, -7n, 3n),
    s: ["b", null, "a"],
    t: BigInt64Array.of(BigInt(Date.parse("2026-11-23T00:00:01.999Z")) * 1000n, 0n, -1000n),
    none: [null, null, null],
  };
  expect(statisticsOf(columns, { rows: 3, columns: values })).toEqual({
    numRecords: 3,
    minValues: { n: -7, s: "a", t: "1969-12-31T23:59:59.999Z" },
    maxValues: { n: 3, s: "b", t: "2026-11-23T00:00:01.999Z" },
    nullCount: { n: 0, s: 1, t: 0, none: 3 },
  });
});

it("counts every row as null in a column that the rows do not have", () => {
  const columns = [column("n", "long"), column("added", "string")];
  expect(statisticsOf(columns, { rows: 2, columns: { n: BigInt64Array.of(1n, 2n) } })).toEqual({
    numRecords: 2,
    minValues: { n: 1 },
    maxValues: { n: 2 },
    nullCount: { n: 0, added: 2 },
  });
});

it("orders texts by their bytes, as readers do", () => {
  const values = { s: ["😀", "\uffee", "z"] };
  expect(statisticsOf([column("s", "string")], { rows: 3, columns: values })).toMatchObject({
    minValues: { s: "z" },
    maxValues: { s: "😀" },
  });
});

it("cuts the bounds of long texts, and raises the greatest", () => {
  const values = { s: ["b".repeat(65), "a".repeat(100_000), null] };
  expect(statisticsOf([column("s", "string")], { rows: 3, columns: values })).toEqual({
    numRecords: 3,
    minValues: { s: "a".repeat(64) },
    maxValues: { s: `${"b".repeat(63)}c` },
    nullCount: { s: 1 },
  });
});

it("gives a zero as the one that reaches further, because to some readers -0 is less than 0", () => {
  const bounds = (...values: number[]) => {
    const columns = { d: Float64Array.from(values) };
    const { minValues, maxValues } = statisticsOf([column("d", "double")], { rows: values.length, columns });
    return [minValues?.["d"], maxValues?.["d"]];
  };
  expect(bounds(-0, 1)).toEqual([-0, 1]);
  expect(bounds(0, 1)).toEqual([-0, 1]);
  expect(bounds(-1, -0)).toEqual([-1, 0]);
  expect(bounds(-0)).toEqual([-0, 0]);
});

// Some readers take a bound that is missing for null, and leave the file out.
describe("where the bounds of one column cannot be told", () => {
  const counted = column("n", "long");

  it.each<[string, Column["type"], ColumnValues]>([
    ["NaN", "double", Float64Array.of(Number.NaN, 1)],
    ["infinity", "double", Float64Array.of(1, Number.POSITIVE_INFINITY)],
    ["-infinity", "double", Float64Array.of(Number.NEGATIVE_INFINITY, 1)],
    ["a year beyond 9999", "timestamp", BigInt64Array.of(0n, 253_402_300_800_000_000n)],
    ["a year before 0", "timestamp", BigInt64Array.of(0n, -62_167_219_200_000_001n)],
    ["the last microsecond of 9999", "timestamp", BigInt64Array.of(0n, 253_402_300_799_999_999n)],
    ["times beyond JavaScript's", "timestamp", BigInt64Array.of(0n, 2n ** 63n - 1n)],
    ["a text than which none is greater", "string", ["a", "\u{10ffff}".repeat(33)]],
  ])("gives none of the file: %s", (_name, type, values) => {
    const columns = { before: BigInt64Array.of(1n, 2n), c: values, after: BigInt64Array.of(1n, 2n) };
    const shape = [{ ...counted, name: "before" }, column("c", type), { ...counted, name: "after" }];
    expect(statisticsOf(shape, { rows: 2, columns })).toEqual({
      numRecords: 2,
      nullCount: { before: 0, c: 0, after: 0 },
    });
  });

  it("gives those of the others if it has nothing but nulls, or bytes", () => {
    const columns = { n: BigInt64Array.of(1n, 2n), s: [null, null], b: [Uint8Array.of(1), null] };
    const shape = [counted, column("s", "string"), column("b", "binary")];
    expect(statisticsOf(shape, { rows: 2, columns })).toEqual({
      numRecords: 2,
      minValues: { n: 1 },
      maxValues: { n: 2 },
      nullCount: { n: 0, s: 2, b: 1 },
    });
  });
});

it("writes every bound exactly", () => {
  const columns = {
    n: BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n)),
    m: BigInt64Array.of(2n ** 53n + 1n, 0n),
    i: Int32Array.of(0, -(2 ** 31)),
    d: Float64Array.of(5e-324, -Number.MAX_VALUE),
    z: Float64Array.of(-0, -0),
    s: ['"\0', "\ud800\u{10ffff}"],
  };
  const shape = [
    column("n", "long"),
    column("m", "long"),
    column("i", "integer"),
    column("d", "double"),
    column("z", "double"),
    column("s", "string"),
  ];
  expect(formatStatistics(statisticsOf(shape, { rows: 2, columns }))).toBe(
    '{"numRecords":2,' +
      '"minValues":{"n":-9223372036854775808,"m":0,"i":-2147483648,"d":-1.7976931348623157e+308,"z":-0.0,"s":"\\"\\u0000"},' +
      '"maxValues":{"n":9223372036854775807,"m":9007199254740993,"i":0,"d":5e-324,"z":0,"s":"\ufffd\u{10ffff}"},' +
      '"nullCount":{"n":0,"m":0,"i":0,"d":0,"z":0,"s":0}}',
  );
  const unknown = { d: Float64Array.of(Number.NaN) };
  expect(formatStatistics(statisticsOf([column("d", "double")], { rows: 1, columns: unknown }))).toBe(
    '{"numRecords":1,"nullCount":{"d":0}}',
  );
});

it("says of columns that others have added that they are null, and leaves all else as it is written", () => {
  const tricky = '\\","nullCount":{';
  const shape = [column("n", "long"), column("d", "double"), column("s", "string")];
  const columns = { n: BigInt64Array.of(2n ** 53n + 1n), d: Float64Array.of(-0), s: [tricky] };
  const stats = formatStatistics(statisticsOf(shape, { rows: 1, columns }));
  expect(withNullColumns(stats, [])).toBe(stats);
  expect(withNullColumns(stats, ["n", "site", 'a "b"'])).toBe(
    `${stats.slice(0, stats.lastIndexOf('"n":0'))}"site":1,"a \\"b\\"":1,"n":0,"d":0,"s":0}}`,
  );
  expect(withNullColumns('{"numRecords":3,"nullCount":{}}', ["site"])).toBe(
    '{"numRecords":3,"nullCount":{"site":3}}',
  );
});

it("widens times to whole milliseconds", () => {
  const values = { t: BigInt64Array.of(-1_000_001n, 1_500_001n) };
  expect(statisticsOf([column("t", "timestamp")], { rows: 2, columns: values })).toMatchObject({
    minValues: { t: "1969-12-31T23:59:58.999Z" },
    maxValues: { t: "1970-01-01T00:00:01.501Z" },
  });
});

it("names partitions and encodes paths", () => {
  expect(partitionDirectory({ year: 2026, month: 1, minute: 0 })).toBe("year=2026/month=1/minute=0");
  expect(encodePath("year=2026/a b%/é.parquet")).toBe("year=2026/a%20b%25/%C3%A9.parquet");
  expect(decodePath("year=2026/a%20b%25/%C3%A9.parquet")).toBe("year=2026/a b%/é.parquet");
});
