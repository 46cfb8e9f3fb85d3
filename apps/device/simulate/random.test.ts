import { describe, expect, it } from "vitest";
import { type Random, randomFor } from "./random";

const start = Date.UTC(2026, 10, 23);
const count = 100_000;
const numbers = (draw: (index: number) => number) => Array.from({ length: count }, (_, index) => draw(index));

function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

/** Pearson's correlation. For independent values, its standard deviation is 1 / √count. */
function correlation(some: readonly number[], others: readonly number[]): number {
  const [one, other] = [momentsOf(some), momentsOf(others)];
  const covariance =
    some.reduce((sum, value, index) => sum + (value - one.mean) * ((others[index] ?? NaN) - other.mean), 0) /
    some.length;
  return covariance / Math.sqrt(one.variance * other.variance);
}

/** Pearson's χ² of how the values are spread over equal cells. */
function chiSquare(values: readonly number[], cells: number): number {
  const counts = new Float64Array(cells);
  for (const value of values) counts[Math.floor(value * cells)]! += 1;
  const expected = values.length / cells;
  return counts.reduce((sum, each) => sum + (each - expected) ** 2 / expected, 0);
}

/** Five standard deviations, which chance alone exceeds once in millions of runs. The numbers are always the same anyway. */
const independent = 5 / Math.sqrt(count);

describe("uniform random numbers", () => {
  const random = randomFor("1", "device-1", "sensor_1");

  it("are always the same: a change of the sequence would change everybody's reproducible runs", () => {
    const at = [0, 1, 2 ** 32, start, start + 1, Number.MAX_SAFE_INTEGER];
    expect(at.map((each) => random.uniform(each))).toEqual([
      0.3735311378452443, 0.3067174791868045, 0.6640640945780124, 0.1875285083111894, 0.3103437511063606,
      0.2983354358300758,
    ]);
    expect([1, 2, 1_000_000].map((draw) => random.uniform(start, draw))).toEqual([
      0.13279726669662395, 0.14969053378185815, 0.7418570143498289,
    ]);
    expect(at.map((each) => random.gaussian(each))).toEqual([
      0.024832117244988763, -0.08111274151504953, -0.6372145467998196, 0.19473490016344175,
      -1.432025912180442, 1.6959799972700895,
    ]);
    expect(randomFor("", "").uniform(0)).toBe(0.9329710932084783);
    expect(randomFor("größer", "Gerät 1").uniform(0)).toBe(0.5161774964629469);
  });

  it("do not depend on earlier calls", () => {
    const [first, second] = [random.uniform(start), random.uniform(start + 1)];
    expect([random.uniform(start + 1), random.uniform(start)]).toEqual([second, first]);
    expect(randomFor("1", "device-1", "sensor_1").uniform(start + 1)).toBe(second);
  });

  it.each([1, 10, 1000, 86_400_000, 2 ** 32])("are spread evenly over times %d ms apart", (stepMs) => {
    const values = numbers((index) => random.uniform(start + index * stepMs));
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    // The mean of χ² is cells - 1, its standard deviation √(2 (cells - 1)).
    for (const cells of [16, 1000]) {
      expect(Math.abs(chiSquare(values, cells) - (cells - 1))).toBeLessThan(5 * Math.sqrt(2 * (cells - 1)));
    }
    // The lowest bits are as random: 2^40 shifts 40 of 53 bits away.
    const last = values.map((value) => (value * 2 ** 40) % 1);
    expect(Math.abs(chiSquare(last, 1024) - 1023)).toBeLessThan(5 * Math.sqrt(2 * 1023));
  });

  it("differ by names, their order and their borders", () => {
    const lists = [["a"], ["a", ""], ["", "a"], ["a", "b"], ["b", "a"], ["ab"], ["ab", ""], ["", "ab"]];
    const values = [...lists.map((names) => randomFor("1", ...names)), randomFor("2", "a")].map((each) =>
      each.uniform(start),
    );
    expect(new Set(values).size).toBe(lists.length + 1);
  });

  it("are different for each of many devices", () => {
    const values = numbers((index) => randomFor("1", `meter-${index + 1}`, "power").uniform(start));
    expect(new Set(values).size).toBe(count);
    expect(Math.abs(chiSquare(values, 1000) - 999)).toBeLessThan(5 * Math.sqrt(2 * 999));
    expect(Math.abs(correlation(values, [...values.slice(1), values[0]!]))).toBeLessThan(independent);
  });

  it("are independent between times, draws, devices, sensors and seeds", () => {
    const of = (other: Random, draw = 0, laterMs = 0) =>
      numbers((index) => other.uniform(start + index * 1000 + laterMs, draw));
    const values = of(random);
    const others = {
      "next time": of(random, 0, 1000),
      "time after it": of(random, 0, 2000),
      "next millisecond": of(random, 0, 1),
      "next draw": of(random, 1),
      "draw after it": of(random, 2),
      device: of(randomFor("1", "device-2", "sensor_1")),
      sensor: of(randomFor("1", "device-1", "sensor_2")),
      seed: of(randomFor("2", "device-1", "sensor_1")),
      normal: numbers((index) => random.gaussian(start + index * 1000)),
    };
    const correlated = Object.entries(others).filter(
      ([, other]) => Math.abs(correlation(values, other)) > independent,
    );
    expect(correlated.map(([name]) => name)).toEqual([]);
  });
});

describe("normal random numbers", () => {
  const random = randomFor("1", "device-1", "sensor_1");
  const values = numbers((index) => random.gaussian(start + index * 1000));

  it("have mean 0, variance 1 and the tails of the normal distribution", () => {
    const { mean, variance } = momentsOf(values);
    expect(Math.abs(mean)).toBeLessThan(independent);
    expect(Math.abs(variance - 1)).toBeLessThan(Math.SQRT2 * independent);
    const beyond = (distance: number) => values.filter((value) => Math.abs(value) > distance).length / count;
    expect(beyond(1)).toBeCloseTo(0.3173, 2);
    expect(beyond(2)).toBeCloseTo(0.0455, 2);
    expect(beyond(3)).toBeCloseTo(0.0027, 3);
    expect(values.every(Number.isFinite)).toBe(true);
  });

  it("are independent of the next ones", () => {
    expect(Math.abs(correlation(values, [...values.slice(1), values[0]!]))).toBeLessThan(independent);
    const nextDraw = numbers((index) => random.gaussian(start + index * 1000, 1));
    expect(Math.abs(correlation(values, nextDraw))).toBeLessThan(independent);
  });
});
