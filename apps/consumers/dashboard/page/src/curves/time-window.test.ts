import { describe, expect, it } from "vitest";
import { isLive, timeWindow } from "./time-window";

/** Times of points that are so far apart, the newest at an end. */
const every = (stepMs: number, count: number, endMs: number) =>
  Array.from({ length: count }, (_, index) => endMs - (count - 1 - index) * stepMs);

describe("a window of time", () => {
  it("shows two minutes of what is observed each second, and ends now", () =>
    expect(timeWindow([every(1_000, 120, 999_500)], true, 1_000_000)).toEqual({
      fromMs: 880_000,
      toMs: 1_000_000,
    }));

  it("keeps its length while the newest point gets older", () => {
    const points = every(1_000, 900, 1_000_000);
    const lengths = [0, 400, 999, 1_400].map((ageMs) => {
      const { fromMs, toMs } = timeWindow([points], true, 1_000_000 + ageMs);
      return toMs - fromMs;
    });
    expect(lengths).toEqual([120_000, 120_000, 120_000, 120_000]);
  });

  it("is long enough for the slowest sensor to have a curve", () =>
    expect(timeWindow([every(1_000, 120, 1e9), every(60_000, 40, 1e9)], true, 1e9)).toEqual({
      fromMs: 1e9 - 600_000,
      toMs: 1e9,
    }));

  it("shows all where that is asked for", () =>
    expect(timeWindow([every(1_000, 900, 1e9), every(5_000, 200, 1e9)], true, 1e9, true)).toEqual({
      fromMs: 1e9 - 995_000,
      toMs: 1e9,
    }));

  it("ends with the newest point of what is not live", () =>
    expect(timeWindow([every(1_000, 120, 5_000_000), []], false, 1e9)).toEqual({
      fromMs: 4_880_000,
      toMs: 5_000_000,
    }));

  it("is some seconds where there is nothing or one point", () => {
    expect(timeWindow([], false, 1e9)).toEqual({ fromMs: 1e9 - 10_000, toMs: 1e9 });
    expect(timeWindow([[1e9]], true, 1e9)).toEqual({ fromMs: 1e9 - 10_000, toMs: 1e9 });
    expect(timeWindow([[1e9]], true, 1e9, true)).toEqual({ fromMs: 1e9 - 10_000, toMs: 1e9 });
  });

  it("goes by days beyond the longest of its lengths", () =>
    expect(timeWindow([every(86_400_000, 10, 1e12)], false, 1e12).fromMs).toBe(1e12 - 9 * 86_400_000));
});

it.each([
  [0, true],
  [10_000, true],
  [10_001, false],
  [-10_001, false],
])("what was observed %d ms ago is live: %s", (ageMs, live) => expect(isLive(1e9 - ageMs, 1e9)).toBe(live));
