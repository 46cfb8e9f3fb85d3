import { describe, expect, it, test } from "vitest";
import { checks, countTests, endToEndTests, selectChecks, summary, testFiles, unitTests } from "./checks.mjs";

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

describe("words of npm test", () => {
  const endToEnd = ["test/cluster-faults.test.ts", "test/cluster.test.ts", "test/pipeline.test.ts"];
  const unit = ["apps/device/ring.test.ts", "infra/plan/brokers.test.ts"];
  const filesOf = (tests: readonly { readonly depth: string }[]) =>
    tests.length === 0 ? [] : tests.length === 1 ? endToEnd : unit;
  const select = (...words: readonly string[]) => {
    const selection = selectChecks(words, filesOf);
    if ("problem" in selection) return selection.problem;
    return selection.selected.map(({ check, files }) => [check.name, ...files]);
  };

  it("select all checks, or those that they name, in the checks' own order", () => {
    expect(select()).toEqual(checks.map(({ name }) => [name]));
    expect(select("unit", "lint")).toEqual([["lint"], ["unit"]]);
  });

  it("select test files of the check before them, by name or by a part of their paths", () => {
    expect(select("e2e", "pipeline")).toEqual([["e2e", "test/pipeline.test.ts"]]);
    expect(select("e2e", "cluster")).toEqual([["e2e", "test/cluster.test.ts"]]);
    expect(select("e2e", "faults", "pipeline")).toEqual([
      ["e2e", "test/cluster-faults.test.ts", "test/pipeline.test.ts"],
    ]);
    expect(select("e2e", "cluster", "unit", "infra/plan", "lint")).toEqual([
      ["lint"],
      ["unit", "infra/plan/brokers.test.ts"],
      ["e2e", "test/cluster.test.ts"],
    ]);
  });

  it("are refused, with what may stand there, where they select nothing", () => {
    const names = checks.map(({ name }) => name).join(", ");
    expect(select("lint", "speed")).toBe(`"speed": lint has no FILE to select; a CHECK is one of ${names}`);
    expect(select("speed")).toBe(`"speed": a CHECK is one of ${names}`);
    expect(select("e2e", "speed")).toBe('"speed": a FILE of e2e is one of cluster-faults, cluster, pipeline');
    expect(select("e2e", "pipeline", "\u001b[31m")).toMatch(/^"\\u001b\[31m": a FILE of e2e is one of /);
  });

  it("may name a check with the whole list of files in this working copy", () => {
    expect(testFiles(endToEndTests)).toContain("test/pipeline.test.ts");
    expect(testFiles(unitTests)).toContain("tools/setup/checks.test.ts");
    expect(testFiles(unitTests).filter((path) => /^test\/[^/]+$/.test(path))).toEqual([]);
    expect(selectChecks(["unit", "no-such-file"])).toEqual({
      problem: '"no-such-file": a FILE of unit is the name of a test file or a part of its path',
    });
  });
});

test("tests are counted by their results", () => {
  const report = {
    testResults: [file("passed", "passed", "skipped"), file("failed", "failed", "passed", "todo")],
  };
  expect(countTests(report, 1)).toEqual({ passed: 2, failed: 1, skipped: 2 });
});

test("a file that cannot be loaded is a failure", () => {
  const report = { testResults: [file("passed", "passed"), file("failed")] };
  expect(countTests(report, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test("a run that fails by itself, reports nothing or tests nothing is a failure", () => {
  expect(countTests({ testResults: [file("passed", "passed")] }, 1)).toMatchObject({ failed: 1 });
  expect(countTests(undefined, 0)).toMatchObject({ failed: 1 });
  expect(countTests({ testResults: [file("passed", "skipped")] }, 0)).toMatchObject({ failed: 1 });
});

test("the last line names skipped tests only if there are any", () => {
  expect(summary({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
  expect(summary({ passed: 12, failed: 1, skipped: 2 })).toBe("12 passed, 1 failed, 2 skipped");
});
