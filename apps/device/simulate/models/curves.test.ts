import { describe, expect, it } from "vitest";
import { randomFor } from "../random";
import { constant } from "./constant";
import { daily } from "./daily";
import { sine } from "./sine";

const monday = Date.UTC(2026, 10, 23);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const random = randomFor("1", "device-1", "curve");

it("a constant never changes", () => {
  const model = constant({ type: "constant", value: -3.5 })(random);
  expect([0, 1, monday].map((ms) => model.valueAt(ms))).toEqual([-3.5, -3.5, -3.5]);
});

describe("a sine wave", () => {
  const settings = { type: "sine" as const, mean: 10, amplitude: 4, period: hourMs, phase: 0, noise: 0 };

  it("rises through its mean at multiples of the period, shifted by the phase", () => {
    const model = sine(settings, 1000)(random);
    const quarters = [0, 1, 2, 3, 4].map((quarter) => model.valueAt(monday + (quarter * hourMs) / 4));
    expect(quarters.map((value) => Number(value.toFixed(9)))).toEqual([10, 14, 10, 6, 10]);
    const later = sine({ ...settings, phase: hourMs / 4 }, 1000)(random);
    expect(later.valueAt(monday + hourMs / 2)).toBeCloseTo(14, 9);
    expect(model.valueAt(monday + hourMs / 12)).toBeCloseTo(12, 9);
  });

  it("has noise on top, drawn anew for each observation", () => {
    const noisy = sine({ ...settings, noise: 0.5 }, 1000)(random);
    const plain = sine(settings, 1000)(random);
    const noise = Array.from({ length: 20_000 }, (_, index) => {
      const ms = monday + index * 1000;
      return noisy.valueAt(ms) - plain.valueAt(ms);
    });
    const variance = noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length;
    expect(Math.sqrt(variance)).toBeCloseTo(0.5, 2);
    expect(noisy.valueAt(monday + 999) - plain.valueAt(monday + 999)).toBeCloseTo(noise[0]!, 12);
  });
});

describe("a daily curve", () => {
  const settings = {
    type: "daily" as const,
    low: 100,
    high: 200,
    curve: [0, 0, 0.2, 1, 0.6, 0.5],
    weekend: 1,
    utcOffsetHours: 0,
    noise: 0,
  };
  const at = (changes: Partial<typeof settings>, ms: number) =>
    daily({ ...settings, ...changes }, 1000)(random).valueAt(ms);

  it("goes through its points every day, and smoothly between them without overshooting", () => {
    for (const day of [0, 1, 5]) {
      const points = [0, 1, 2, 3, 4, 5].map((point) => at({}, monday + day * dayMs + point * 4 * hourMs));
      expect(points).toEqual([100, 100, 120, 200, 160, 150]);
    }
    const minutes = Array.from({ length: 1441 }, (_, minute) => at({}, monday + minute * 60_000));
    expect(Math.min(...minutes)).toBe(100);
    expect(Math.max(...minutes)).toBe(200);
    expect(minutes.slice(0, 241)).toEqual(Array(241).fill(100));
    for (let minute = 481; minute <= 720; minute++)
      expect(minutes[minute]!).toBeGreaterThan(minutes[minute - 1]!);
    // Smooth: the change within a minute is nearly that of the minute before.
    const steps = minutes.slice(1).map((value, index) => value - minutes[index]!);
    const bends = steps.slice(1).map((step, index) => Math.abs(step - steps[index]!));
    expect(Math.max(...steps.map(Math.abs))).toBeLessThan(0.6);
    expect(Math.max(...bends)).toBeLessThan(0.01);
  });

  it("is multiplied on Saturdays and Sundays, without a jump", () => {
    const noon = (day: number, weekend: number) => at({ weekend }, monday + day * dayMs + 12 * hourMs);
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((day) => noon(day, 0.5))).toEqual([
      200, 200, 200, 200, 200, 150, 150, 200,
    ]);
    const curve = [1, 1];
    const saturday = monday + 5 * dayMs;
    const over = [-12, -6, 0, 12].map((hour) => at({ curve, weekend: 2 }, saturday + hour * hourMs));
    expect(over).toEqual([200, 250, 300, 300]);
  });

  it("is shifted by the hours before UTC", () => {
    expect(at({ utcOffsetHours: 2 }, monday + 10 * hourMs)).toBe(200);
    expect(at({ utcOffsetHours: -5.5 }, monday + 17.5 * hourMs)).toBe(200);
    // The local Saturday begins on Friday in UTC.
    expect(at({ utcOffsetHours: 2, weekend: 0.5, curve: [1, 1] }, monday + 4 * dayMs + 22 * hourMs)).toBe(
      150,
    );
  });
});
