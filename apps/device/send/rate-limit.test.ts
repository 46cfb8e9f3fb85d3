import { describe, expect, it } from "vitest";
import { RateLimit } from "./rate-limit";

/** How many pass within a time, if a caller asks at an interval and takes all it may. */
function passed(perSecond: number, withinMs: number, everyMs: number): number {
  let now = 0;
  const rate = new RateLimit(perSecond, () => now);
  let count = 0;
  for (; now <= withinMs; now += everyMs) {
    const allowed = rate.allowance;
    rate.take(allowed);
    count += allowed;
  }
  return count;
}

describe("a rate limit", () => {
  it("of 0 is no limit", () => {
    const rate = new RateLimit(0, () => 0);
    rate.take(1_000_000);
    expect([rate.allowance, rate.waitMs]).toEqual([Infinity, 0]);
  });

  it.each([
    [1, 60_000, 10],
    [7, 60_000, 33],
    [1_000, 10_000, 1],
    [1_000, 10_000, 90],
    [100_000, 5_000, 3],
  ])("of %d/s lets that many pass, however often it is asked", (perSecond, withinMs, everyMs) => {
    const expected = (perSecond * withinMs) / 1_000;
    const burst = Math.max(2, perSecond / 10);
    const count = passed(perSecond, withinMs, everyMs);
    expect(count).toBeGreaterThanOrEqual(expected - 1 - (perSecond * everyMs) / 1_000);
    expect(count).toBeLessThanOrEqual(expected + burst);
  });

  it("allows a burst of at most a tenth of a second", () => {
    let now = 0;
    const rate = new RateLimit(1_000, () => now);
    rate.take(rate.allowance);
    now = 3_600_000;
    expect(rate.allowance).toBe(100);
  });

  it("returns how long until one more may pass", () => {
    let now = 0;
    const rate = new RateLimit(4, () => now);
    rate.take(rate.allowance);
    expect([rate.allowance, rate.waitMs]).toEqual([0, 250]);
    now = 100;
    expect([rate.allowance, rate.waitMs]).toEqual([0, 150]);
    now = 250;
    expect([rate.allowance, rate.waitMs]).toEqual([1, 0]);
  });

  it("keeps its tokens when its clock is set back", () => {
    let now = 1_000;
    const rate = new RateLimit(10, () => now);
    rate.take(rate.allowance);
    now = 0;
    expect(rate.allowance).toBe(0);
    now = 100;
    expect(rate.allowance).toBe(1);
  });
});
