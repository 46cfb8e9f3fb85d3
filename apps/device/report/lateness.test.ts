import { describe, expect, it } from "vitest";
import { Lateness } from "./lateness";

function latenessOf(...times: number[]): Lateness {
  const lateness = new Lateness();
  for (const ms of times) lateness.add(ms);
  return lateness;
}

describe("lateness", () => {
  it("is unknown before the first tick", () => {
    expect(latenessOf().quantile(0.5)).toBeUndefined();
  });

  it("has the quantiles of the added values, in any order", () => {
    const lateness = latenessOf(...Array.from({ length: 100 }, (_, index) => (index * 37) % 100));
    expect([0, 0.01, 0.5, 0.99, 1].map((share) => lateness.quantile(share))).toEqual([0, 0, 49, 98, 99]);
    expect(lateness.count).toBe(100);
  });

  it("is rounded to milliseconds, and never negative", () => {
    expect(latenessOf(-3, 0.4).quantile(1)).toBe(0);
    expect(latenessOf(2.5).quantile(1)).toBe(3);
    expect(latenessOf(999.4).quantile(1)).toBe(999);
  });

  it("is rounded up to tenths beyond a second, and limited to 101 s", () => {
    expect(latenessOf(1_000).quantile(1)).toBe(1_100);
    expect(latenessOf(1_250).quantile(1)).toBe(1_300);
    expect(latenessOf(60_099).quantile(1)).toBe(60_100);
    expect(latenessOf(86_400_000).quantile(1)).toBe(101_000);
  });

  it("is exported in coarser buckets, with an exact sum of whole milliseconds", () => {
    const lateness = latenessOf(0, 1, 1.4, 2, 5, 999, 1_000, 9_950, 10_000, 500_000);
    const { counts, sum } = lateness.within([0.001, 0.002, 1, 10]);
    expect([...Array.from(counts)]).toEqual([3, 1, 2, 2, 2]);
    expect(sum).toBeCloseTo((0 + 1 + 1 + 2 + 5 + 999 + 1_000 + 9_950 + 10_000 + 500_000) / 1_000, 9);
  });

  it("of one bad tick among many shows only in the maximum", () => {
    const lateness = latenessOf(...Array<number>(999).fill(2), 5_000);
    expect([0.5, 0.99, 1].map((share) => lateness.quantile(share))).toEqual([2, 2, 5_100]);
  });
});
