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

  it("go by totals, from when the first is known, and again when counting began anew", () => {
    const rates = new Rates();
    rates.tick(0);
    rates.set(0, 1_000_000);
    rates.tick(1_000);
    expect(rates.perSecond(0)).toBe(0);
    rates.set(0, 1_000_050);
    rates.tick(2_000);
    expect(rates.perSecond(0)).toBe(25);
    rates.set(0, 10);
    rates.tick(3_000);
    expect(rates.perSecond(0)).toBe(0);
    rates.set(0, 50);
    rates.tick(4_000);
    expect(rates.perSecond(0)).toBe(10);
  });
});
