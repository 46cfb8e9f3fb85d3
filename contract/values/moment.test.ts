import { expect, it } from "vitest";
import { parseDayOrMomentMs, parseMomentMs } from "./moment";

const morningMs = Date.UTC(2026, 10, 23, 6, 30);

it.each([
  ["2026-11-23T06:30:00Z", 0],
  ["2026-11-23T06:30Z", 0],
  ["2026-11-23T08:30:00+02:00", 0],
  ["2026-11-23T08:30+02:00", 0],
  ["2026-11-22T18:45:00.5-11:45", 500],
  ["2026-11-23T06:30:00-00:00", 0],
  ["2026-11-23T06:30:01.25Z", 1_250],
  ["2026-11-23T06:30:01.123Z", 1_123],
  ["2026-11-23T06:30:00.999999Z", 999.999],
  ["2026-11-23T06:30:00.000250123Z", 0.250_123],
])("parseMomentMs reads %s", (text, afterMs) => {
  expect((parseMomentMs(text) ?? NaN) - morningMs).toBeCloseTo(afterMs, 3);
});

it.each(["2024-02-29T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"])(
  "parseMomentMs reads %s as Date does",
  (text) => {
    expect(parseMomentMs(text)).toBe(Date.parse(text));
  },
);

it.each([
  "",
  "2026-11-23",
  "2026-11-23T06:30:00",
  "2026-11-23 06:30:00Z",
  "2026-11-23T06:30:00z",
  "2026-11-23T06:30:00+0200",
  "2026-11-23T06:30:00+02",
  "2026-11-23T06:30:00+24:00",
  "2026-11-23T06:30.5Z",
  "2026-11-23T06Z",
  "2026-02-29T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-11-23T24:00:00Z",
  "2026-11-23T23:59:60Z",
  "2026-11-23T06:30:00.Z",
  "2026-11-23T06:30:00,5Z",
  "2026-11-23T06:30:00.0000000001Z",
  "20261123T063000Z",
  "+002026-11-23T06:30:00Z",
  " 2026-11-23T06:30:00Z",
  "1795415400000",
])("parseMomentMs refuses %j", (text) => {
  expect(parseMomentMs(text)).toBeUndefined();
});

it("parseDayOrMomentMs gives the first whole millisecond that is not before a day or time", () => {
  expect(parseDayOrMomentMs("2026-11-23")).toBe(Date.UTC(2026, 10, 23));
  expect(parseDayOrMomentMs("2026-11-23T06:30:00.123Z")).toBe(morningMs + 123);
  expect(parseDayOrMomentMs("2026-11-23T06:30:00.123001Z")).toBe(morningMs + 124);
  expect(parseDayOrMomentMs("2026-02-30")).toBeUndefined();
  expect(parseDayOrMomentMs("2026-11")).toBeUndefined();
});
