import { expect, it } from "vitest";
import { longestGap } from "./figures";

it("finds the longest time without an acknowledgement, in any order of devices' logs", () => {
  expect(longestGap([100, 900, 200, 1000], 0)).toBe(700);
});

it("ignores gaps that ended before the fault, and counts the one that it interrupted", () => {
  expect(longestGap([0, 5000, 5100, 7000], 5050)).toBe(1900);
});

it("finds no gap in one moment", () => {
  expect(longestGap([4], 0)).toBe(0);
});
