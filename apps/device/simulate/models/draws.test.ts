import { describe, expect, it } from "vitest";
import { randomFor } from "../random";
import { choice } from "./choice";
import { gaussian } from "./gaussian";
import { uniform } from "./uniform";

const start = Date.UTC(2026, 10, 23);
const random = randomFor("1", "device-1", "sensor_1");
const values = (model: { valueAt(timeMs: number): number }, count = 50_000) =>
  Array.from({ length: count }, (_, index) => model.valueAt(start + index * 1000));
const average = (numbers: readonly number[]) =>
  numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

describe("values that are drawn for each observation", () => {
  const models = {
    uniform: uniform({ type: "uniform", min: -1, max: 3 }, 1000)(random),
    gaussian: gaussian({ type: "gaussian", mean: 5, deviation: 2 }, 1000)(random),
    choice: choice(
      {
        type: "choice",
        values: [
          { value: 1, weight: 1, label: "one" },
          { value: 2, weight: 2.5 },
          { value: 7, weight: 0.5, label: "seven" },
        ],
      },
      1000,
    )(random),
  };

  it("stay the same until the next observation, and then change", () => {
    for (const model of [models.uniform, models.gaussian]) {
      expect(model.valueAt(start + 999)).toBe(model.valueAt(start));
      expect(model.valueAt(start + 1000)).not.toBe(model.valueAt(start));
    }
    const chosen = values(models.choice, 1000);
    expect(chosen).toEqual(
      Array.from({ length: 1000 }, (_, index) => models.choice.valueAt(start + index * 1000 + 700)),
    );
  });

  it("do not depend on the interval at times that both intervals have", () => {
    const slower = uniform({ type: "uniform", min: -1, max: 3 }, 5000)(random);
    expect(slower.valueAt(start + 5000)).toBe(models.uniform.valueAt(start + 5000));
    expect(slower.valueAt(start + 6000)).not.toBe(models.uniform.valueAt(start + 6000));
  });

  it("have the distribution that is set", () => {
    const drawn = values(models.uniform);
    expect(drawn.every((value) => value >= -1 && value < 3)).toBe(true);
    expect(average(drawn)).toBeCloseTo(1, 1);
    const normal = values(models.gaussian);
    expect(average(normal)).toBeCloseTo(5, 1);
    expect(average(normal.map((value) => (value - 5) ** 2))).toBeCloseTo(4, 1);
  });

  it("are chosen by weight, with their labels", () => {
    const chosen = values(models.choice);
    const share = (value: number) => chosen.filter((each) => each === value).length / chosen.length;
    expect([share(1), share(2), share(7)].map((each) => each.toFixed(2))).toEqual(["0.25", "0.62", "0.13"]);
    const labels = { 1: "one", 2: undefined, 7: "seven" };
    for (const [index, value] of chosen.slice(0, 1000).entries())
      expect(models.choice.labelAt?.(start + index * 1000)).toBe(labels[value as 1]);
  });
});
