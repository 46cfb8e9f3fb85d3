import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseJson } from "./json.mjs";

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 *
 * @typedef {object} Check
 * @property {string} name what to select it by
 * @property {string} title
 * @property {string[]} command
 * @property {boolean} [counted] whether it is vitest, which counts its tests itself
 */

/** Everything that `npm test` checks, in order. @type {Check[]} */
export const checks = [
  { name: "format", title: "Format", command: ["prettier", "--check", "."] },
  { name: "lint", title: "Lint", command: ["eslint", "--max-warnings", "0", "."] },
  { name: "types", title: "Types", command: ["tsc"] },
  {
    name: "page-types",
    title: "Types of the page",
    command: ["tsc", "-p", "apps/consumers/dashboard/page/src"],
  },
  { name: "unit", title: "Unit tests", command: ["vitest", "run", "--project", "unit"], counted: true },
  { name: "e2e", title: "End-to-end tests", command: ["vitest", "run", "--project", "e2e"], counted: true },
];

/**
 * The checks that arguments select: all without arguments.
 *
 * @param {string[]} names
 * @returns {Check[] | undefined} undefined if a name is unknown
 */
export function selectChecks(names) {
  if (names.some((name) => !checks.some((check) => check.name === name))) return undefined;
  return checks.filter((check) => names.length === 0 || names.includes(check.name));
}

/**
 * Runs one check and counts: a vitest run counts its tests, any other check counts as one.
 *
 * @param {Check} check
 * @param {(command: string[]) => Promise<number>} run gives the exit code
 * @returns {Promise<Counts>}
 */
export async function runCheck(check, run) {
  if (!check.counted) {
    const passed = (await run(check.command)) === 0;
    return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
  }
  const folder = mkdtempSync(join(tmpdir(), "kafka-iot-sim-test-"));
  const report = join(folder, "report.json");
  try {
    const flags = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const code = await run([...check.command, ...flags]);
    return countTests(existsSync(report) ? readReport(report) : undefined, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} path @returns {VitestReport} */
function readReport(path) {
  return parseJson(readFileSync(path, "utf8"));
}

/**
 * Counts the tests of a vitest JSON report. A file that could not be run, a run that failed for another reason than a
 * test, and a run without any test each count as a failure.
 *
 * @param {VitestReport | undefined} report undefined if vitest wrote none
 * @param {number} exitCode
 * @returns {Counts}
 *
 * @typedef {object} VitestReport
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults a file each
 */
export function countTests(report, exitCode) {
  /** @type {Counts} */
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report?.testResults ?? []) {
    const before = counts.failed;
    for (const { status } of file.assertionResults) {
      counts[status === "passed" || status === "failed" ? status : "skipped"]++;
    }
    if (file.status === "failed" && counts.failed === before) counts.failed++;
  }
  const ran = counts.passed + counts.failed > 0;
  if (counts.failed === 0 && (exitCode !== 0 || !ran)) counts.failed = 1;
  return counts;
}

/** "12 passed, 0 failed" and, if there are any, ", 1 skipped". @param {Counts} counts */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
