import { expect, it } from "vitest";
import { readConfigValue } from "./value";

it.each([
  ["3", 3],
  ["kraft", "kraft"],
  ['[{"type":"lake"}]', [{ type: "lake" }]],
  ["512MB", "512MB"],
  ["true", true],
  ["", ""],
])("%j is read as %j", (text, value) => {
  expect(readConfigValue(text)).toEqual(value);
});
