import { describe, expect, it } from "vitest";
import type { AddFile } from "../../../shared/delta/log/actions";
import { type CompactionRules, endOfMinute, firstBatch, maxBytes, planCompaction } from "./compaction-plan";

const now = Date.UTC(2026, 10, 23, 12, 30);
const rules: CompactionRules = {
  partitionColumns: ["year", "month", "day", "hour", "minute"],
  compactAfterMs: 60_000,
  partitionEndsAt: endOfMinute,
};
const flat: CompactionRules = { partitionColumns: [], compactAfterMs: 60_000 };

interface Given {
  readonly minute?: number;
  readonly year?: number;
  readonly age?: number;
  readonly rows?: number;
  readonly size?: number;
}

/** A file of 12:`minute` on the day of `now`, written `age` milliseconds ago. */
function file(
  path: string,
  { minute = 20, year = 2026, age = 60_000, rows = 100, size = 1000 }: Given = {},
): AddFile {
  return {
    path,
    partitionValues: { year: String(year), month: "11", day: "23", hour: "12", minute: String(minute) },
    size,
    modificationTime: now - age,
    dataChange: true,
    stats: JSON.stringify({ numRecords: rows }),
  };
}

const planned = (files: readonly AddFile[], using = rules, unfit: readonly string[] = []) =>
  planCompaction(files, new Set(unfit), using, now).map(({ inputs }) => inputs.map(({ path }) => path));

describe("planning compaction", () => {
  it("creates one task for each closed partition with several files, the largest first", () => {
    const files = [
      file("a1"),
      file("b1", { minute: 21 }),
      file("a2"),
      file("b2", { minute: 21 }),
      file("b3", { minute: 21 }),
    ];
    expect(planned([...files, file("c1", { minute: 22 })])).toEqual([
      ["b1", "b2", "b3"],
      ["a1", "a2"],
    ]);
    expect(planCompaction(files, new Set(), rules, now)[1]).toMatchObject({
      partition: { year: 2026, month: 11, day: 23, hour: 12, minute: 20 },
      rows: 200,
      bytes: 2000,
    });
  });

  it("leaves a partition alone that was written to recently", () => {
    expect(planned([file("a"), file("b", { age: 59_999 })])).toEqual([]);
    expect(planned([file("a"), file("b", { age: 60_000 })])).toEqual([["a", "b"]]);
  });

  it("waits for the end of a minute, unless a clock is far ahead", () => {
    const inMinute = (given: Given) => planned([file("a", given), file("b", given)]).length;
    expect(inMinute({ minute: 29 })).toBe(1);
    expect(inMinute({ minute: 30 })).toBe(0);
    expect(inMinute({ minute: 59 })).toBe(0);
    expect(inMinute({ year: 2027 })).toBe(1);
  });

  it("finds nothing to do in compacted partitions", () => {
    expect(planned([file("ab", { rows: 200 }), file("cd", { minute: 21 })])).toEqual([]);
    expect(planned([file("full", { rows: 250_000 }), file("rest", { rows: 7 })])).toEqual([]);
  });

  it("fills files up to their limits, and does not write a full one again for a few rows", () => {
    const files = [
      file("1 half", { rows: 125_000 }),
      file("2 full", { rows: 249_990 }),
      file("3 half", { rows: 124_000 }),
      file("4 late", { rows: 20 }),
    ];
    expect(planned(files)).toEqual([["1 half", "3 half", "4 late"]]);
    const heavy = { size: maxBytes / 2 };
    expect(planned([file("a", heavy), file("b", heavy), file("c", heavy)])).toEqual([["a", "b"]]);
  });

  it("keeps rows in the order in which they were written", () => {
    expect(
      planned([file("b", { rows: 1, age: 70_000 }), file("a", { rows: 2, age: 80_000 }), file("c")]),
    ).toEqual([["a", "b", "c"]]);
  });

  it("leaves files alone that are unfit, or lack a count of rows", () => {
    expect(planned([file("a"), file("b"), file("c")], rules, ["b"])).toEqual([["a", "c"]]);
    const silent = { ...file("b"), stats: "{}" };
    expect(planned([file("a"), silent, { ...file("c"), stats: "?" }])).toEqual([]);
  });

  it("leaves partitions alone whose values are not integers", () => {
    const odd = (path: string) => ({
      ...file(path),
      partitionValues: { ...file(path).partitionValues, minute: null },
    });
    expect(planned([odd("a"), odd("b")])).toEqual([]);
  });

  it("merges ten small files of a table without partitions, and no fewer", () => {
    const files = (count: number) => Array.from({ length: count }, (_, index) => file(`f${index}`));
    expect(planned(files(9), flat)).toEqual([]);
    expect(planned(files(10), flat)).toEqual([files(10).map(({ path }) => path)]);
    expect(
      planned([...files(9), file("young", { age: 1 }), file("large", { size: maxBytes / 8 })], flat),
    ).toEqual([]);
  });
});

describe("the first batch", () => {
  const task = (rows: number, bytes: number) => ({ partition: {}, inputs: [], rows, bytes });

  it("takes at least one task, and no more than fit into memory and one commit", () => {
    expect(firstBatch([])).toEqual([]);
    expect(firstBatch([task(999_999, 1), task(1, 1)])).toHaveLength(1);
    expect(firstBatch([task(100_000, 1), task(150_000, 1), task(1, 1)])).toHaveLength(2);
    expect(firstBatch([task(1, maxBytes), task(1, 1)])).toHaveLength(1);
    expect(firstBatch([task(1, 1), task(1, 1), task(1, 1)], 2)).toHaveLength(2);
  });
});
