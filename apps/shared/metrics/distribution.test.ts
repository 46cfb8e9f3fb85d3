import { describe, expect, it } from "vitest";
import { Distribution } from "./distribution";

describe("a distribution", () => {
  it("counts a value in the first bucket whose bound it does not exceed", () => {
    const distribution = new Distribution([1, 2.5, 10]);
    for (const value of [-1, 1, 1.01, 2.5, 10, 10.5, 1_000]) distribution.add(value);
    expect([...distribution.counts]).toEqual([2, 2, 1, 2]);
    expect(distribution.sum).toBeCloseTo(1_024.01, 9);
  });

  it("counts a value as often as it occurred", () => {
    const distribution = new Distribution([1]);
    distribution.add(0.5, 4);
    distribution.add(3, 2);
    expect([...distribution.counts]).toEqual([4, 2]);
    expect(distribution.sum).toBe(8);
  });
});
