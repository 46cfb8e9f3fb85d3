import { expect, test } from "vitest";
import { checks, countTests, selectChecks, summary } from "./checks.mjs";

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

test("all checks, or those named, in their own order", () => {
  expect(selectChecks([])).toEqual(checks);
  expect(selectChecks(["unit", "lint"])?.map(({ name }) => name)).toEqual(["lint", "unit"]);
  expect(selectChecks(["lint", "speed"])).toBeUndefined();
});

test("tests are counted by what became of them", () => {
  const report = {
    testResults: [file("passed", "passed", "skipped"), file("failed", "failed", "passed", "todo")],
  };
  expect(countTests(report, 1)).toEqual({ passed: 2, failed: 1, skipped: 2 });
});

test("a file that cannot be loaded is a failure", () => {
  const report = { testResults: [file("passed", "passed"), file("failed")] };
  expect(countTests(report, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test("a run that fails by itself, tells nothing or tests nothing is a failure", () => {
  expect(countTests({ testResults: [file("passed", "passed")] }, 1)).toMatchObject({ failed: 1 });
  expect(countTests(undefined, 0)).toMatchObject({ failed: 1 });
  expect(countTests({ testResults: [file("passed", "skipped")] }, 0)).toMatchObject({ failed: 1 });
});

test("the last line names skipped tests only if there are any", () => {
  expect(summary({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
  expect(summary({ passed: 12, failed: 1, skipped: 2 })).toBe("12 passed, 1 failed, 2 skipped");
});
