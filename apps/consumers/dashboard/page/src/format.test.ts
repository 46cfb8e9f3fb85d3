import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatClock,
  formatCounted,
  formatDuration,
  formatName,
  formatRate,
  formatShare,
  formatShortCount,
  formatTime,
  formatValue,
} from "./format";

/** Local, as the formats are: the test says the same in every time zone. */
const at = (day: number, hour: number, minute: number, second: number) =>
  new Date(2026, 10, day, hour, minute, second).getTime();

describe("formats", () => {
  it.each([
    [0, "0"],
    [9_999, "9,999"],
    [10_000, "10k"],
    [12_345, "12.3k"],
    [999_999, "1000k"],
    [4_567_000, "4.57M"],
    [1_200_000_000, "1.2G"],
  ])("a count of %d in little room: %s", (count, text) => expect(formatShortCount(count)).toBe(text));

  it.each([
    ["pump-1", "pump-1"],
    ["ポンプ", "ポンプ"],
    ["*", "*"],
    ["", '""'],
    [" ", '" "'],
    ["\u0000", '"\\u0000"'],
    ["\u202e\u200f", '"\u202e\u200f"'],
  ])("the name %j: %s", (name, text) => expect(formatName(name)).toBe(text));

  it.each([
    [0, "0"],
    [0.25, "0.3"],
    [9.04, "9"],
    [12.55, "12.6"],
    [1_234.5, "1,235"],
  ])("a rate of %d: %s", (rate, text) => expect(formatRate(rate)).toBe(text));

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1 kB"],
    [12_345, "12.3 kB"],
    [4_567_000, "4.57 MB"],
    [2.5e15, "2500 TB"],
  ])("%d bytes: %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [0, "0 ms"],
    [999.4, "999 ms"],
    [1_000, "1 s"],
    [1_290, "1.2 s"],
    [59_999, "59.9 s"],
    [60_000, "1 m"],
    [200_000, "3 m 20 s"],
    [7_500_000, "2 h 5 m"],
    [3_600_001, "1 h"],
    [273_600_000, "3 d 4 h"],
  ])("%d ms: %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

  it("show less than the whole as 99 % at most", () => expect(formatShare(0.9999)).toBe("99 %"));

  it("show values with five significant digits", () =>
    expect([21.654321, 0.00012345678, -3, 123_456].map(formatValue)).toEqual([
      "21.654",
      "0.00012346",
      "-3",
      "123,460",
    ]));

  it("use singular and plural", () =>
    expect([formatCounted(1, "gap"), formatCounted(2_000, "gap")]).toEqual(["1 gap", "2,000 gaps"]));

  it("show the time of day, and the date if it is another day", () => {
    expect(formatClock(at(23, 9, 5, 3))).toBe("09:05:03");
    expect(formatTime(at(23, 9, 5, 3), at(23, 23, 59, 59))).toBe("09:05:03");
    expect(formatTime(at(22, 23, 59, 59), at(23, 0, 0, 0))).toBe("2026-11-22 23:59:59");
  });
});
