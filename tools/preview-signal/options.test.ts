import { expect, it } from "vitest";
import { parseOptions } from "./options";

it("the options may be a subject alone", () => {
  expect(parseOptions(["thermostat"])).toEqual({
    subject: "thermostat",
    spanMs: undefined,
    seed: undefined,
    device: undefined,
    fromMs: undefined,
    intervalMs: undefined,
    stack: undefined,
  });
});

it("the options may be all of them", () => {
  const options = ["--for", "1h", "--seed", "7", "--device", "meter-3", "--from", "2026-11-23T06:30:00Z"];
  expect(parseOptions([...options, "--interval", "250ms", "--stack", "lab", "meter"])).toEqual({
    subject: "meter",
    spanMs: 3_600_000,
    seed: "7",
    device: "meter-3",
    fromMs: Date.UTC(2026, 10, 23, 6, 30),
    intervalMs: 250,
    stack: "lab",
  });
  expect(parseOptions(["a", "--from", "2026-11-23"]).fromMs).toBe(Date.UTC(2026, 10, 23));
  expect(parseOptions(["a", "--from", "2026-11-23T06:30:00+02:00"]).fromMs).toBe(
    Date.UTC(2026, 10, 23, 4, 30),
  );
});

it.each([
  [[], /^Usage: npm run preview-signal -- SUBJECT .*\nSUBJECT is a profile \(thermostat, power-meter, /s],
  [["a", "b"], /^"b": give one subject; a model goes in quotation marks\nUsage: /],
  [["a", "--for", "soon"], /^--for soon: give a duration of 10ms or more, such as 24h$/],
  [["a", "--for", "1ms"], /^--for 1ms: give a duration/],
  [["a", "--interval", "0"], /^--interval 0: give a duration of 10ms or more, such as 1s$/],
  [["a", "--from", "yesterday"], /^--from yesterday: give a day or a time, such as 2026-11-23 or /],
  [["a", "--from", "2026-11-23T06:30:00"], /^--from 2026-11-23T06:30:00: give a day or a time/],
  [["a", "--for", "999999999d"], /^--for 999999999d: give a duration of at most 36500d$/],
  [["a", "--for", `${"9".repeat(400)}d`], /^--for 9+d: give a duration of at most 36500d$/],
  [["a", "--interval", "1e300"], /^--interval 1e300: give a duration/],
  [["a", "--from", "2026-11-23T25:00Z"], /^--from 2026-11-23T25:00Z: give a day or a time/],
  [["a", "--from", "2026-02-30"], /^--from 2026-02-30: give a day or a time/],
  [["a", "--from", "2026-13-23"], /^--from 2026-13-23: give a day or a time/],
  [["a", "--colour"], /^Unknown option '--colour'.*\nUsage: /s],
])("refuses %j", (args, reason) => {
  expect(() => parseOptions(args)).toThrow(reason);
});
