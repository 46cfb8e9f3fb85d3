import { expect, it } from "vitest";
import { markdownTable, median, quantile } from "./figures";

it("aligns a table's columns", () => {
  expect(
    markdownTable([
      ["what", "s"],
      ["up", "20.1"],
    ]),
  ).toBe(["| what | s    |", "| ---- | ---- |", "| up   | 20.1 |"].join("\n"));
});

it("finds the middle of figures in any order", () => {
  expect(median([10, 9, 100])).toBe(10);
});

it.each([
  [0, 1],
  [0.5, 50],
  [0.99, 99],
  [1, 100],
])("finds the figure below which a share of %d lies", (share, expected) => {
  const figures = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(quantile(figures, share)).toBe(expected);
});
