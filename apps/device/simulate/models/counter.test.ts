import { expect, it } from "vitest";
import { randomFor } from "../random";
import { counter } from "./counter";

const start = Date.UTC(2026, 10, 23);
const dayMs = 86_400_000;
const settings = { type: "counter" as const, start: 100, increment: 2, spread: 0, resetEvery: dayMs };
const model = (changes: Partial<typeof settings> = {}, intervalMs = 60_000) =>
  counter({ ...settings, ...changes }, intervalMs)(randomFor("1", "device-1", "count"));

it("a counter grows with every observation, and restarts with each period", () => {
  const minutes = [0, 1, 2, 1439, 1440, 1441].map((minute) => model().valueAt(start + minute * 60_000));
  expect(minutes).toEqual([100, 102, 104, 100 + 2 * 1439, 100, 102]);
  expect(model().valueAt(start + 119_999)).toBe(102);
  const down = model({ increment: -0.5, resetEvery: 300_000 });
  expect([4, 5, 6].map((minute) => down.valueAt(start + minute * 60_000))).toEqual([98, 100, 99.5]);
});

it("a counter restarts with the first observation of a period that is no multiple of the interval", () => {
  const model7 = model({ resetEvery: 10_000 }, 7000);
  const first = Math.ceil(start / 70_000) * 70_000;
  const seconds = [0, 7, 14, 21, 28, 35, 42, 49, 56, 63, 70];
  expect(seconds.map((second) => model7.valueAt(first + second * 1000))).toEqual([
    100, 102, 100, 100, 102, 100, 100, 102, 100, 100, 100,
  ]);
});

it("a counter with a spread of 1 has steps from 0 to two increments, and never decreases", () => {
  for (const [spread, least, most] of [
    [1, 0, 4],
    [0.25, 1.5, 2.5],
  ] as const) {
    const spreading = model({ spread });
    const values = Array.from({ length: 1440 }, (_, minute) => spreading.valueAt(start + minute * 60_000));
    const steps = values.slice(1).map((value, index) => value - values[index]!);
    expect(values[0]).toBe(100);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...steps)).toBeLessThanOrEqual(most);
    expect(Math.max(...steps) - Math.min(...steps)).toBeGreaterThan(0.7 * (most - least));
    expect(values.at(-1)).toBeCloseTo(100 + 2 * 1439, -1);
  }
});
