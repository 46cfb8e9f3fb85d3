import { expect, it } from "vitest";
import { milliseconds } from "../values/fields";
import { deviceFault, sensorFault } from "./faults";
import { problemsOf, showProblem } from "../problems";

const problems = (fault: object, schema = deviceFault(milliseconds)) => {
  const result = schema.safeParse(fault);
  return result.success ? [] : problemsOf(result.error, fault).map(showProblem);
};

it.each([
  { type: "missing", probability: 0.01 },
  { type: "stuck", at: ["00:00", "06:30:15", "2026-11-23T06:30:00Z"], for: 86_399_990 },
  { type: "offline", at: ["2026-11-23T06:30:00Z"], for: 7 * 86_400_000 },
  { type: "offline", at: ["2026-11-23T06:30Z", "2026-11-23T08:30:00.000250+02:00"], for: 60_000 },
  { type: "clock-skew", ahead: 5_000, probability: 0 },
])("a fault can be %o", (fault) => {
  expect(problems(fault)).toEqual([]);
});

it.each([
  [
    { type: "missing" },
    ["probability: found nothing; write either probability or at, which is a list of times"],
  ],
  [
    { type: "missing", probability: 0.1, at: ["06:30"] },
    ["probability: found 0.1; write either probability or at, which is a list of times"],
  ],
  [
    { type: "clock-skew", probability: 0.1 },
    ['ahead: found nothing; write either ahead or behind, such as "5s"'],
  ],
  [
    { type: "clock-skew", ahead: 1, behind: 1, probability: 0.1 },
    ['ahead: found 1; write either ahead or behind, such as "5s"'],
  ],
  [
    { type: "offline", at: ["2026-11-23T06:30:00Z", "06:30"], for: 86_400_000 },
    ["for: found 86400000; write less than a day: it begins again every day, and would never end"],
  ],
  [
    { type: "late", at: ["24:00", "2026-11-23 06:30"], by: 1_000 },
    [0, 1].map(
      (place) =>
        `at[${place}]: found "${["24:00", "2026-11-23 06:30"][place] ?? ""}"; write times such as "06:30", of every day in UTC, or "2026-11-23T06:30:00Z"`,
    ),
  ],
  [{ type: "missing", probability: 1 }, ["probability: found 1; write a number from 0 to 0.99"]],
])("a fault cannot be %o", (fault, expected) => {
  expect(problems(fault)).toEqual(expected);
});

it("only a device can be offline", () => {
  expect(
    problems({ type: "offline", probability: 0.1, for: 1_000 }, sensorFault(milliseconds) as never),
  ).toEqual([
    'type: found "offline"; write one of: spike, stuck, drift, missing, duplicate, late, out-of-order, clock-skew, corrupt',
  ]);
});
