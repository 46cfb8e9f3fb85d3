import { expect, it } from "vitest";
import { longestGap } from "./figures";

it("finds the longest time without an acknowledgement, in any order of devices' logs", () => {
  expect(longestGap([100, 900, 200, 1000], 0)).toBe(700);
});

it("leaves out what was over before the fault, and counts what it cut", () => {
  expect(longestGap([0, 5000, 5100, 7000], 5050)).toBe(1900);
});

it("sees none in one moment", () => {
  expect(longestGap([4], 0)).toBe(0);
});
