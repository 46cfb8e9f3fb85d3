import { expect, it } from "vitest";
import { showData, showMemory, showRate, showTime } from "./units";

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1.0 kB"],
  [138_672_000, "138.7 MB"],
  [1.5e12, "1.5 TB"],
  [3e18, "3000.0 PB"],
])("%d bytes are %s", (bytes, shown) => {
  expect(showData(bytes)).toBe(shown);
});

it.each([
  [384, "384 MB"],
  [1_024, "1.0 GB"],
  [24_105, "23.5 GB"],
])("%d megabytes are %s", (megabytes, shown) => {
  expect(showMemory(megabytes)).toBe(shown);
});

it.each([
  [0.2777, "0.278"],
  [9, "9"],
  [99.96, "100"],
  [1_234.5, "1,235"],
])("%d in a second are %s", (rate, shown) => {
  expect(showRate(rate)).toBe(shown);
});

it.each([
  [0.36, "0.4 s"],
  [78, "78 s"],
  [119, "119 s"],
  [120, "2 min"],
  [5_400, "90 min"],
  [86_400, "24 h"],
  [2_592_000, "30 d"],
])("%d seconds are %s", (seconds, shown) => {
  expect(showTime(seconds)).toBe(shown);
});
