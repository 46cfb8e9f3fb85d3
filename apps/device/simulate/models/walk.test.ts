import { describe, expect, it } from "vitest";
import { type Random, randomFor } from "../random";
import { walk } from "./walk";

const start = Date.UTC(2026, 10, 23);
const reversion = 600_000;
const settings = { type: "walk" as const, mean: 20, deviation: 2, reversion };
const model = (device = "device-1", bounds: { min?: number; max?: number } = {}) =>
  walk({ ...settings, ...bounds })(randomFor("1", device, "temperature"));
/** 2^10 ms is the greatest power of 2 up to 1/512 of the reversion time. */
const blockMs = 2 ** 25;

const times = (count: number, stepMs: number) =>
  Array.from({ length: count }, (_, index) => start + index * stepMs);
const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** The correlation of two lists of values: the mean product of their distances from the mean, in variances. */
const common = (some: readonly number[], others: readonly number[]) =>
  average(some.map((value, index) => (value - 20) * ((others[index] ?? NaN) - 20))) / 4;

describe("a mean-reverting random walk", () => {
  it("is always the same", () => {
    const device = model();
    expect([0, 1, 1000, blockMs, 10 * blockMs + 12_345].map((ms) => device.valueAt(start + ms))).toEqual([
      20.5340106466754, 20.534084968681192, 20.608332652465513, 21.670114117372144, 17.872054370708874,
    ]);
  });

  it.each([1000, 10_000, 60_000])("is the same in order and in jumps, every %d ms", (stepMs) => {
    const along = model();
    const all = times(20_000, stepMs);
    const values = all.map((ms) => along.valueAt(ms));
    expect(all.toReversed().map((ms) => along.valueAt(ms))).toEqual(values.toReversed());
    for (let index = 7; index < all.length; index += 997)
      expect(model().valueAt(all[index]!)).toBe(values[index]);
  });

  it("has the mean, the deviation and the reversion time that are set", () => {
    const device = model();
    const all = times(100_000, reversion);
    const values = all.map((ms) => device.valueAt(ms));
    expect(average(values)).toBeCloseTo(20, 1);
    expect(Math.sqrt(common(values, values))).toBeCloseTo(1, 2);
    for (const reversions of [0.01, 0.1, 0.5, 1, 3, 10]) {
      const later = all.map((ms) => device.valueAt(ms + reversions * reversion));
      expect(Math.abs(common(values, later) - Math.exp(-reversions))).toBeLessThan(0.015);
    }
  });

  it("does not show the borders of its blocks and halves", () => {
    const devices = Array.from({ length: 20_000 }, (_, index) => model(`device-${index}`));
    const border = Math.ceil(start / blockMs) * blockMs;
    for (const ms of [border, border + blockMs / 2, border + blockMs / 32, border + 12_345_678]) {
      const [before, at, after] = [-reversion / 20, 0, reversion / 20].map((shift) =>
        devices.map((device) => device.valueAt(ms + shift)),
      );
      expect(average(at!)).toBeCloseTo(20, 1);
      for (const values of [before!, at!, after!])
        expect(Math.abs(common(values, values) - 1)).toBeLessThan(0.05);
      expect(Math.abs(common(before!, at!) - Math.exp(-0.05))).toBeLessThan(0.05);
      expect(Math.abs(common(before!, after!) - Math.exp(-0.1))).toBeLessThan(0.05);
      // Given the value at the border, the walk after it does not depend on the walk before it.
      const steps = average(
        at!.map(
          (value, index) =>
            (value - 20 - Math.exp(-0.05) * (before![index]! - 20)) *
            (after![index]! - 20 - Math.exp(-0.05) * (value - 20)),
        ),
      );
      expect(Math.abs(steps)).toBeLessThan(0.01);
    }
  });

  it("goes on without jumps, also from block to block", () => {
    const device = model();
    const border = Math.ceil(start / blockMs) * blockMs;
    for (let ms = border - 5000; ms < border + 5000; ms += 10)
      // The standard deviation of a step of 10 ms of the true process is 2 √(2 · 10 / 600,000) = 0.012.
      expect(Math.abs(device.valueAt(ms + 10) - device.valueAt(ms))).toBeLessThan(0.06);
  });

  it("is reflected at its bounds, and unchanged between them", () => {
    const [free, both, low, high] = [
      model(),
      ...[{ min: 19, max: 21 }, { min: 19 }, { max: 20.5 }].map((bounds) => model("device-1", bounds)),
    ];
    const reached = { both: 0, beyond: 0 };
    for (const ms of times(10_000, 60_000)) {
      const value = free.valueAt(ms);
      const within = both!.valueAt(ms);
      expect(within).toBeGreaterThanOrEqual(19);
      expect(within).toBeLessThanOrEqual(21);
      if (value >= 19 && value <= 21) expect(within).toBe(value);
      else reached.both += 1;
      if (value > 23 && value < 25) {
        reached.beyond += 1;
        expect(within).toBeCloseTo(value - 4, 9);
      }
      expect(low!.valueAt(ms)).toBe(value < 19 ? 38 - value : value);
      expect(high!.valueAt(ms)).toBe(value > 20.5 ? 41 - value : value);
    }
    expect(reached.both).toBeGreaterThan(1000);
    expect(reached.beyond).toBeGreaterThan(100);
  });

  it("draws only the two numbers that it needs for each piece", () => {
    let draws = 0;
    const random = randomFor("1", "a");
    const counting: Random = {
      uniform: (at, draw) => random.uniform(at, draw),
      gaussian: (at, draw) => (draws++, random.gaussian(at, draw)),
    };
    const device = walk(settings)(counting);
    for (const ms of times(20_000, 1024)) device.valueAt(ms);
    expect(draws / 20_000).toBeLessThan(2.01);
  });

  it("stays at its mean without a deviation", () => {
    const still = walk({ ...settings, deviation: 0 })(randomFor("1", "a"));
    expect(times(5, 99_999).map((ms) => still.valueAt(ms))).toEqual([20, 20, 20, 20, 20]);
  });
});
