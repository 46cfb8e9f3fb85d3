import { describe, expect, it } from "vitest";
import { Latencies, Rates } from "./rates";

describe("rates", () => {
  it("are 0 before two ticks", () => {
    const rates = new Rates();
    rates.add(3, 100);
    expect(rates.perSecond(3)).toBe(0);
    rates.tick(1_000);
    expect(rates.perSecond(3)).toBe(0);
    expect(rates.perSecond(5_000)).toBe(0);
  });

  it("are averages of the last ten seconds, by the time between ticks", () => {
    const rates = new Rates();
    for (let second = 0; second <= 30; second++) {
      rates.tick(second * 2_000);
      rates.add(0, second < 20 ? 100 : 4);
      rates.add(500);
    }
    expect(rates.perSecond(0)).toBe(2);
    expect(rates.perSecond(500)).toBe(0.5);
    expect(rates.perSecond(1)).toBe(0);
  });

  it.each([0, 1_000])(
    "follow totals, from the first on, and again from the first after counting began anew (%i)",
    (index) => {
      const rates = new Rates();
      const after = (...totals: readonly number[]) =>
        totals.map((total) => {
          rates.set(index, total);
          rates.tick((seconds += 1) * 1_000);
          return rates.perSecond(index);
        });
      let seconds = 0;
      for (; seconds < 20; seconds++) rates.tick(seconds * 1_000);
      expect(after(1_000_000, 1_000_050, 1_000_150)).toEqual([0, 50, 75]);
      expect(after(10, 50, 60)).toEqual([0, 40, 25]);
      expect(after(...Array.from({ length: 11 }, (_, second) => 60 + 5 * second)).at(-1)).toBe(5);
    },
  );

  it("follow totals that begin with 0", () => {
    const rates = new Rates();
    [0, 0, 30].forEach((total, second) => {
      rates.set(0, total);
      rates.tick(second * 1_000);
    });
    expect(rates.perSecond(0)).toBe(15);
  });
});

describe("latencies", () => {
  it("are quantiles of the last ten seconds", () => {
    const latencies = new Latencies();
    expect(latencies.quantiles(0, 0.5)).toBeUndefined();
    latencies.add(0, 1_000_000);
    for (let at = 1; at <= 100; at++) latencies.add(5_000, 101 - at);
    expect(latencies.quantiles(12_000, 0, 0.5, 0.99, 1)).toEqual([1, 50, 99, 100]);
    expect(latencies.quantiles(15_001, 0.5)).toBeUndefined();
  });

  it("include only the latest of very many", () => {
    const latencies = new Latencies();
    for (let at = 0; at < 10_000; at++) latencies.add(0, at < 9_000 ? 5 : 7);
    expect(latencies.quantiles(0, 0.5, 0.9)).toEqual([5, 7]);
  });
});
