import { describe, expect, it } from "vitest";
import { decodePath, encodePath } from "../log/actions";
import { partitionDirectory } from "./new-data-file";
import type { Column } from "../schema";
import type { ColumnValues } from "./row-batch";
import {
  formatStatistics,
  isBefore,
  lowerBound,
  statisticsOf,
  upperBound,
  withNullColumns,
} from "./statistics";

const column = (name: string, type: Column["type"]): Column => ({ name, type, nullable: true });

it("statistics count nulls and hold the range of the other values", () => {
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

it("statistics count every row as null in a column that the rows lack", () => {
  const columns = [column("n", "long"), column("added", "string")];
  expect(statisticsOf(columns, { rows: 2, columns: { n: BigInt64Array.of(1n, 2n) } })).toEqual({
    numRecords: 2,
    minValues: { n: 1 },
    maxValues: { n: 2 },
    nullCount: { n: 0, added: 2 },
  });
});

it("bounds order texts by their bytes, as readers do", () => {
  const values = { s: ["😀", "\uffee", "z"] };
  expect(statisticsOf([column("s", "string")], { rows: 3, columns: values })).toMatchObject({
    minValues: { s: "z" },
    maxValues: { s: "😀" },
  });
});

it("bounds of long texts are cut, and the maximum is raised", () => {
  const values = { s: ["b".repeat(65), "a".repeat(100_000), null] };
  expect(statisticsOf([column("s", "string")], { rows: 3, columns: values })).toEqual({
    numRecords: 3,
    minValues: { s: "a".repeat(64) },
    maxValues: { s: `${"b".repeat(63)}c` },
    nullCount: { s: 1 },
  });
});

it("a zero bound covers both zeros, because some readers order -0 before 0", () => {
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
describe("if the bounds of one column are unknown", () => {
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

  it("the others have bounds if it has only nulls, or bytes", () => {
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

it("every bound is written exactly", () => {
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

it("added columns are counted as null, and all other statistics stay unchanged", () => {
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

it("bounds of times are widened to whole milliseconds", () => {
  const values = { t: BigInt64Array.of(-1_000_001n, 1_500_001n) };
  expect(statisticsOf([column("t", "timestamp")], { rows: 2, columns: values })).toMatchObject({
    minValues: { t: "1969-12-31T23:59:58.999Z" },
    maxValues: { t: "1970-01-01T00:00:01.501Z" },
  });
});

it("partitions are named and paths are encoded", () => {
  expect(partitionDirectory({ year: 2026, month: 1, minute: 0 })).toBe("year=2026/month=1/minute=0");
  expect(encodePath("year=2026/a b%/é.parquet")).toBe("year=2026/a%20b%25/%C3%A9.parquet");
  expect(decodePath("year=2026/a%20b%25/%C3%A9.parquet")).toBe("year=2026/a b%/é.parquet");
});

const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

/** Numbers from 0 up to `end` that are the same in every run (mulberry32). */
function numbers(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end) | 0;
  };
}

/** What is at an edge of something: of UTF-8's lengths, of the surrogates, of Unicode; and halves of pairs. */
const pieces = [
  ...Array.from("\0a\x7f\x80\u07ff\u0800\ud7ff\ue000\ufffd\uffff\u{10000}\u{1f600}\u{10fffe}\u{10ffff}"),
  "\ud800",
  "\udbff",
  "\udc00",
  "\udfff",
];

/** Short texts, and texts around the length of bounds, many of which begin alike. */
function texts(count: number, seed: number): string[] {
  const next = numbers(seed);
  return Array.from({ length: count }, () => {
    const start = (pieces[next(pieces.length)] ?? "").repeat(
      [0, 1, 30, 31, 32, 62, 63, 64, 65, 200][next(10)] ?? 0,
    );
    return start + Array.from({ length: next(4) }, () => pieces[next(pieces.length)]).join("");
  });
}

describe("isBefore", () => {
  it("orders texts by their UTF-8 bytes", () => {
    const all = texts(300, 1);
    const wrong = all.flatMap((one) =>
      all
        .filter((other) => isBefore(one, other, 1000) !== byBytes(one, other) < 0)
        .map((other) => [one, other]),
    );
    expect(wrong).toEqual([]);
  });
});

describe("lowerBound and upperBound", () => {
  it("enclose every text, are valid text, and are not much longer than wanted", () => {
    const wrong = [1, 2, 63, 64, 65].flatMap((maxLength) =>
      texts(5000, maxLength).filter((text) => {
        const low = lowerBound(text, maxLength);
        const high = upperBound(text, maxLength);
        if (byBytes(low, text) > 0 || low.length > maxLength || !low.isWellFormed()) return true;
        if (high === undefined) return !/^\u{10ffff}+$/u.test(low) && low !== "";
        return byBytes(text, high) > 0 || high.length > maxLength + 1 || !high.isWellFormed();
      }),
    );
    expect(wrong).toEqual([]);
  });

  it("enclose all of several texts, of which only the first code units are compared", () => {
    const wrong = [1, 2, 64].flatMap((maxLength) =>
      Array.from({ length: 2000 }, (_, seed) => texts(5, seed)).filter((group) => {
        const first = group.reduce((one, other) => (isBefore(other, one, maxLength) ? other : one));
        const last = group.reduce((one, other) => (isBefore(one, other, maxLength) ? other : one));
        const low = lowerBound(first, maxLength);
        const high = upperBound(last, maxLength);
        return group.some(
          (text) => byBytes(low, text) > 0 || (high !== undefined && byBytes(text, high) > 0),
        );
      }),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ["", "", ""],
    ["a".repeat(64), "a".repeat(64), "a".repeat(64)],
    ["a".repeat(65), "a".repeat(64), `${"a".repeat(63)}b`],
    ["a".repeat(100_000), "a".repeat(64), `${"a".repeat(63)}b`],
    // The next character is beyond the surrogates, which are none.
    ["\ud7ff".repeat(65), "\ud7ff".repeat(64), `${"\ud7ff".repeat(63)}\ue000`],
    // Of a pair that does not fit nothing stays.
    ["😀".repeat(33), "😀".repeat(32), `${"😀".repeat(31)}😁`],
    [`a${"😀".repeat(33)}`, `a${"😀".repeat(31)}`, `a${"😀".repeat(30)}😁`],
    // The next character is a pair.
    ["\uffff".repeat(65), "\uffff".repeat(64), `${"\uffff".repeat(63)}\u{10000}`],
    [`b${"\u{10ffff}".repeat(40)}`, `b${"\u{10ffff}".repeat(31)}`, "c"],
    // Nothing shorter comes after it.
    ["\u{10ffff}".repeat(33), "\u{10ffff}".repeat(32), undefined],
    // Files hold it so.
    ["\ud800", "\ufffd", "\ufffd"],
  ])("are the shortest that Delta's own writers would give: case %#", (text, low, high) => {
    expect([lowerBound(text, 64), upperBound(text, 64)]).toEqual([low, high]);
  });
});
