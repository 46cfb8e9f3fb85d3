import { describe, expect, it } from "vitest";
import { parseDurationMs, showDurationMs } from "../model/units";
import { duration, durationOrNever } from "./duration";

describe("parseDurationMs", () => {
  it.each([
    ["500ms", 500],
    ["1s", 1_000],
    ["5m", 300_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
    ["1.5s", 1_500],
    ["1.005s", 1_005],
    ["0.0003h", 1_080],
    [1.005, 1_005],
    [" 1s ", 1_000],
    [5, 5_000],
    [0.25, 250],
    ["0.5", 500],
  ])("reads %j as %d ms", (source, durationMs) => {
    expect(parseDurationMs(source)).toBe(durationMs);
  });

  it.each(["", "s", "1x", "-1s", "1 s", "1s2", null, true, [1], Number.NaN, -1])("refuses %j", (source) => {
    expect(parseDurationMs(source)).toBeUndefined();
  });
});

it.each([
  [10, "10ms"],
  [1_500, "1500ms"],
  [1_000, "1s"],
  [300_000, "5m"],
  [86_400_000, "1d"],
])("shows %d ms as %s", (durationMs, shown) => {
  expect(showDurationMs(durationMs)).toBe(shown);
});

describe("duration", () => {
  const schema = duration(10, 86_400_000);

  it.each([0, "0s", "9ms", "1.5ms", "25h", "soon"])("refuses %j with what to write", (source) => {
    expect(schema.safeParse(source).error?.issues.map((issue) => issue.message)).toEqual([
      'write a duration such as "500ms", "1s", "5m", or a number of seconds, from 10ms to 1d',
    ]);
  });

  it.each([
    ["10.5ms", "10ms"],
    [1.0005, "1s"],
  ])("is of whole milliseconds: %j is not, %j is", (wrong, right) => {
    expect(schema.safeParse(wrong).error?.issues.map((issue) => issue.message)).toEqual([
      `write it in whole milliseconds, such as "${right}"`,
    ]);
  });

  it("takes its bounds", () => {
    expect([schema.parse("10ms"), schema.parse("1d")]).toEqual([10, 86_400_000]);
  });
});

describe("durationOrNever", () => {
  const schema = durationOrNever(1_000, 604_800_000);

  it("takes a duration, and never as 0", () => {
    expect([schema.parse("7d"), schema.parse("never")]).toEqual([604_800_000, 0]);
  });

  it.each([0, "0s", "8d", "Never", ""])("refuses %j with what to write", (source) => {
    expect(schema.safeParse(source).error?.issues.map((issue) => issue.message)).toEqual([
      'write a duration such as "500ms", "1s", "5m", or a number of seconds, from 1s to 7d, or "never"',
    ]);
  });
});
