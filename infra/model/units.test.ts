import { describe, expect, it } from "vitest";
import { parseDurationMs, parseSizeBytes, showDurationMs, showSizeBytes } from "./units";

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
])("showDurationMs shows %d ms as %s", (durationMs, shown) => {
  expect(showDurationMs(durationMs)).toBe(shown);
});

describe("parseSizeBytes", () => {
  it.each([
    ["64B", 64],
    ["1kB", 1_024],
    ["1KiB", 1_024],
    ["512MB", 536_870_912],
    ["512 MiB", 536_870_912],
    ["1.5gb", 1_610_612_736],
    [" 1TB ", 1_099_511_627_776],
  ])("reads %j as %d bytes", (source, bytes) => {
    expect(parseSizeBytes(source)).toBe(bytes);
  });

  it.each(["", "MB", "512", "512m", "-1MB", "1e3MB", "1 M B", 512, null, true])("refuses %j", (source) => {
    expect(parseSizeBytes(source)).toBeUndefined();
  });
});

it.each([
  [0, "0B"],
  [1_000, "1000B"],
  [1_024, "1kB"],
  [402_653_184, "384MB"],
  [1_610_612_736, "1536MB"],
  [2_147_483_647, "2147483647B"],
  [68_719_476_736, "64GB"],
])("showSizeBytes shows %d bytes as %s", (bytes, shown) => {
  expect(showSizeBytes(bytes)).toBe(shown);
});
