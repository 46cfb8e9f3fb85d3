import { expect, it } from "vitest";
import { missingRanges, showRanges } from "./run-check";

const all = (1n << 64n) - 1n;

it("numbers are missing within blocks, between them, before the first and after the last", () => {
  const blocks = [
    { block: 1, previous: undefined, present: all & ~1n },
    { block: 2, previous: 1, present: all & ~(1n << 63n) },
    // Block 3 is missing, so that the range goes on.
    { block: 4, previous: 2, present: all & ~0b11n },
  ];
  expect(missingRanges({ first: 60, next: 325 }, blocks, 4)).toEqual([
    { from: 60, to: 64 },
    { from: 191, to: 257 },
    { from: 320, to: 324 },
  ]);
});

it("numbers outside the bounds are ignored", () => {
  expect(
    missingRanges({ first: 3, next: 5 }, [{ block: 0, previous: undefined, present: 0b11000n }], 0),
  ).toEqual([]);
  expect(
    missingRanges({ first: 3, next: 6 }, [{ block: 0, previous: undefined, present: 0b11000n }], 0),
  ).toEqual([{ from: 5, to: 5 }]);
  expect(missingRanges({ first: 0, next: 0 }, [], undefined)).toEqual([]);
});

it("all numbers are missing without any blocks", () => {
  expect(missingRanges({ first: 7, next: 1000 }, [], undefined)).toEqual([{ from: 7, to: 999 }]);
});

it("ranges are shown in short", () => {
  const ranges = [
    { from: 3, to: 3 },
    { from: 7, to: 9 },
    { from: 11, to: 12 },
  ];
  expect(showRanges(ranges, 3)).toBe("3, 7 to 9, 11 to 12");
  expect(showRanges(ranges, 2)).toBe("3, 7 to 9, …");
});
