import { describe, expect, it } from "vitest";
import { wholeConservation } from "./testing";
import { verdictOf } from "./verdict";

const whole = { ...wholeConservation(100), inTable: 90 };
const nothing = wholeConservation(0);
const noTable = { tableProblem: "there is no table", tableRead: 0 };

describe("a verdict", () => {
  it.each([
    ["good", {}, undefined, "Nothing is missing or repeated"],
    ["bad", { missing: 5, repeated: 1_000 }, undefined, "5 missing, 1,000 repeated"],
    ["bad", { missing: 5 }, 3, "3 gaps: 5 missing"],
    ["bad", {}, 1, "1 gap"],
    ["bad", { missing: 1, topicsRead: 0.1 }, 1, "1 gap: 1 missing"],
    ["busy", { topicsRead: 0.437, tableRead: 0.9 }, 0, "Still reading what was there before: 43 %"],
    ["busy", { tableRead: 0.999 }, 0, "Still reading what was there before: 99 %"],
    ["none", nothing, 0, "Nothing has been sent yet"],
    ["none", { ...nothing, ...noTable }, 0, "Nothing has been sent yet"],
    ["busy", { ...nothing, topicsRead: 0 }, 0, "Still reading what was there before: 0 %"],
  ] as const)("%s of %o with %s gaps", (level, totals, gapCount, text) =>
    expect(verdictOf({ ...whole, ...totals }, gapCount)).toEqual({ level, text }),
  );

  it("does not wait for a table that cannot be read, and says why", () =>
    expect(verdictOf({ ...whole, ...noTable }, 0)).toEqual({
      level: "busy",
      text: "Topics have everything; the table cannot be compared",
      detail: "there is no table",
    }));
});
