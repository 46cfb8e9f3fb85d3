import { expect, it } from "vitest";
import { showValue } from "../../contract/problems";
import { readConfigValue } from "./value";

it.each(["1e400", "-1e400", "9223372036854775808"])("%s is shown as it was written", (text) => {
  expect(showValue(readConfigValue(text))).toBe(text);
  expect(showValue(readConfigValue(`[{"name":${text}}]`))).toBe(`[{"name":${text}}]`);
});

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
