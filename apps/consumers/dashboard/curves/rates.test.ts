import { describe, expect, it } from "vitest";
import { Rates } from "./rates";

describe("rates", () => {
  it("are 0 before there was time", () => {
    const rates = new Rates();
    rates.add(3, 100);
    expect(rates.perSecond(3)).toBe(0);
    rates.tick(1_000);
    expect(rates.perSecond(3)).toBe(0);
    expect(rates.perSecond(5_000)).toBe(0);
  });

  it("are averages of the last ten seconds, by the time that passed", () => {
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
    "go by totals, from when the first is known, and again when counting began anew (%i)",
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

  it("go by totals from 0 on", () => {
    const rates = new Rates();
    [0, 0, 30].forEach((total, second) => {
      rates.set(0, total);
      rates.tick(second * 1_000);
    });
    expect(rates.perSecond(0)).toBe(15);
  });
});
