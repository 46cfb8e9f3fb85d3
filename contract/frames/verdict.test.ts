import { describe, expect, it } from "vitest";
import { completeTotals } from "./testing/totals";
import { verdictOf } from "./verdict";

const whole = { ...completeTotals(100), inTable: 90 };
const nothing = completeTotals(0);
const clock = (timeMs: number) => new Date(timeMs).toISOString().slice(11, 19);
const noon = Date.parse("2026-11-23T12:04:10Z");
const lakeStalls = { what: "lake has not read device-1/0", sinceMs: noon, reason: "the volume is full" };
const noTable = { tableProblem: "there is no table", tableRead: 0 };

describe("a verdict", () => {
  it.each([
    ["good", { inTable: 100 }, undefined, "Nothing is missing or repeated"],
    ["bad", { missing: 5, repeated: 1_000 }, undefined, "5 missing, 1,000 repeated"],
    ["bad", { missing: 5 }, 3, "3 gaps: 5 missing"],
    ["bad", {}, 1, "1 gap"],
    ["bad", { missing: 1, topicsRead: 0.1 }, 1, "1 gap: 1 missing"],
    ["busy", { topicsRead: 0.437, tableRead: 0.9 }, 0, "Still reading earlier messages and rows: 43 %"],
    ["busy", { tableRead: 0.999 }, 0, "Still reading earlier messages and rows: 99 %"],
    ["busy", { waitingFor: "Looking for the table" }, 0, "Looking for the table"],
    ["bad", { missing: 1, unproved: [lakeStalls] }, 1, "1 gap: 1 missing"],
    [
      "unproved",
      { unproved: [{ what: "device-1/0 has no leader" }] },
      0,
      "Not proved: device-1/0 has no leader",
    ],
    [
      "unproved",
      {
        topicsRead: 0.1,
        waitingFor: "x",
        unproved: [{ what: "lake has not read device-1/0", sinceMs: noon }],
      },
      0,
      "Not proved: lake has not read device-1/0 since 12:04:10",
    ],
    ["none", nothing, 0, "Nothing has been sent yet"],
    ["none", { ...nothing, ...noTable }, 0, "Nothing has been sent yet"],
    ["busy", { ...nothing, topicsRead: 0 }, 0, "Still reading earlier messages and rows: 0 %"],
  ] as const)("%s of %o with %s gaps", (level, totals, gapCount, text) =>
    expect(
      verdictOf({ ...whole, ...totals }, { clock, ...(gapCount !== undefined && { gapCount }) }),
    ).toEqual({ level, text }),
  );

  it("does not wait for a table that cannot be read, and gives the reason", () =>
    expect(verdictOf({ ...whole, ...noTable }, { clock })).toEqual({
      level: "busy",
      text: "The topics have everything; the table cannot be compared",
      detail: "there is no table",
    }));

  it("lists the other reasons why nothing is proved", () =>
    expect(
      verdictOf({ ...whole, unproved: [{ what: "device-2/0 has no leader" }, lakeStalls] }, { clock }),
    ).toEqual({
      level: "unproved",
      text: "Not proved: device-2/0 has no leader",
      detail: "lake has not read device-1/0 since 12:04:10; the volume is full",
    }));

  it("makes no claim about messages on the way, or a table that no lake writes", () => {
    expect(verdictOf({ ...whole, inTable: 90 }, { clock })).toEqual({
      level: "good",
      text: "Nothing is missing or repeated",
      detail: "10 messages are on the way to the table",
    });
    expect(verdictOf({ ...whole, inTable: 0, expectsTable: false }, { clock })).toEqual({
      level: "good",
      text: "Nothing is missing or repeated in the topics",
      detail: "No lake writes a table",
    });
  });
});
