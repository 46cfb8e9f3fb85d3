import { expect, it } from "vitest";
import { decodePath, encodePath, partitionDirectory } from "./partition-path";
import type { Column } from "./schema";
import { statisticsOf } from "./stats";

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

it("orders texts by their bytes, as readers do", () => {
  const values = { s: ["😀", "\uffee", "z"] };
  const { minValues, maxValues } = statisticsOf([column("s", "string")], { rows: 3, columns: values });
  expect([minValues["s"], maxValues["s"]]).toEqual(["z", "😀"]);
});

it("gives no range where it would be too narrow or is no JSON number", () => {
  const columns = [
    column("s", "string"),
    column("d", "double"),
    column("nan", "double"),
    column("n", "long"),
    column("b", "binary"),
  ];
  const values = {
    s: ["a", "b".repeat(65)],
    d: Float64Array.of(1, Number.POSITIVE_INFINITY),
    nan: Float64Array.of(Number.NaN, 1),
    n: BigInt64Array.of(0n, 2n ** 53n),
    b: [Uint8Array.of(1), null],
  };
  expect(statisticsOf(columns, { rows: 2, columns: values })).toEqual({
    numRecords: 2,
    minValues: {},
    maxValues: {},
    nullCount: { s: 0, d: 0, nan: 0, n: 0, b: 1 },
  });
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
