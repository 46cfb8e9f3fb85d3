import { describe, expect, it } from "vitest";
import { parseExposition } from "./exposition";
import { type CumulativeHistogram, histogramOf, HistogramWindow, quantileOf } from "./consumer-metrics";

const of = (...counts: number[]): CumulativeHistogram => ({ bounds: [1, 2, Infinity], counts });
const look = (window: HistogramWindow, timeMs: number, by: Record<string, CumulativeHistogram>) =>
  window.look(timeMs, new Map(Object.entries(by)));

it("reads a histogram in the order of its bounds", () => {
  const samples = parseExposition(
    's_bucket{le="+Inf"} 5\ns_bucket{le="0.5"} 2\ns_bucket{le="10"} 4\ns_count 5',
  );
  expect(histogramOf(samples, "s")).toEqual({ bounds: [0.5, 10, Infinity], counts: [2, 4, 5] });
  expect(histogramOf(samples, "t")).toBeUndefined();
});

describe("a window", () => {
  it("has nothing before anything was counted in it", () => {
    const window = new HistogramWindow(10);
    expect(window.counted).toBeUndefined();
    look(window, 0, { a: of(5, 6, 7) });
    expect(window.counted).toBeUndefined();
    look(window, 1, { a: of(5, 6, 8) });
    expect(window.counted).toEqual(of(0, 0, 1));
  });

  it("forgets what was counted before it", () => {
    const window = new HistogramWindow(10);
    for (let time = 0; time <= 100; time++) look(window, time, { a: of(time, time, time) });
    expect(window.counted).toEqual(of(10, 10, 10));
  });

  it("adds up processes, one that began later and one that was started again included", () => {
    const window = new HistogramWindow(10);
    look(window, 0, { a: of(1, 1, 1), b: of(100, 100, 100) });
    look(window, 1, { a: of(2, 3, 3), b: of(7, 7, 8), c: of(50, 50, 50) });
    expect(window.counted).toEqual(of(1 + 7, 2 + 7, 2 + 8));
    look(window, 2, { a: of(2, 3, 3), b: of(7, 7, 8), c: of(51, 51, 51) });
    expect(window.counted).toEqual(of(1 + 7 + 1, 2 + 7 + 1, 2 + 8 + 1));
  });
});

it.each([
  [0.25, 0.5],
  [0.5, 1],
  [0.75, 1.5],
  [1, 2],
])("the quantile %d lies evenly within its bucket", (share, value) => {
  expect(quantileOf(of(2, 4, 4), share)).toBe(value);
});

it("a quantile beyond the last bound is that bound", () => {
  expect(quantileOf(of(0, 0, 9), 0.5)).toBe(2);
});
