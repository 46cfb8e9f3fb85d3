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
    n: [3, -7, 3],
    s: ["b", null, "a"],
    t: [Date.parse("2026-11-23T00:00:01.999Z"), 0, -1],
    none: [null, null, null],
  };
  expect(statisticsOf(columns, values, 3)).toEqual({
    numRecords: 3,
    minValues: { n: -7, s: "a", t: "1969-12-31T23:59:59.999Z" },
    maxValues: { n: 3, s: "b", t: "2026-11-23T00:00:01.999Z" },
    nullCount: { n: 0, s: 1, t: 0, none: 3 },
  });
});

it("orders texts by their bytes, as readers do", () => {
  const values = { s: ["😀", "\uffee", "z"] };
  const { minValues, maxValues } = statisticsOf([column("s", "string")], values, 3);
  expect([minValues["s"], maxValues["s"]]).toEqual(["z", "😀"]);
});

it("gives no range where it would be too narrow or is no JSON number", () => {
  const columns = [column("s", "string"), column("d", "double")];
  const values = { s: ["a", "b".repeat(65)], d: [1, Number.POSITIVE_INFINITY] };
  expect(statisticsOf(columns, values, 2)).toMatchObject({
    minValues: {},
    maxValues: {},
    nullCount: { s: 0, d: 0 },
  });
});

it("names partitions and encodes paths", () => {
  expect(partitionDirectory({ year: 2026, month: 1, minute: 0 })).toBe("year=2026/month=1/minute=0");
  expect(encodePath("year=2026/a b%/é.parquet")).toBe("year=2026/a%20b%25/%C3%A9.parquet");
  expect(decodePath("year=2026/a%20b%25/%C3%A9.parquet")).toBe("year=2026/a b%/é.parquet");
});
