import { expect, it } from "vitest";
import { markdownTable, median } from "./table";

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
