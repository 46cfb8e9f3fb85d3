import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./environment.mjs";
import { quoted } from "./errors.mjs";
import { parseJson } from "./json.mjs";

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 *
 * @typedef {object} Check
 * @property {string} name what to select it by
 * @property {string} title
 * @property {string[]} command
 * @property {readonly TestFolder[]} [tests] where its test files are, if it is vitest, which counts its tests itself
 * @property {boolean} [needsMachine] whether it needs more than Node and the npm packages
 *
 * @typedef {{ path: string, depth: "files" | "subfolders" | "all" }} TestFolder a folder, and which of its test files are meant
 *
 * @typedef {{ check: Check, files: readonly string[] }} Selected a check, and the files that it runs: all if there are none
 *
 * @typedef {{ file: string, ms: number }} FileTime how long one test file took, with what it does before and after its tests
 *
 * @typedef {{ counts: Counts, files: readonly FileTime[] }} Outcome
 */

/** The folder `test` holds end-to-end tests; its subfolders hold what these share, and the unit tests of that. @type {readonly TestFolder[]} */
export const endToEndTests = [{ path: "test", depth: "files" }];
/** @type {readonly TestFolder[]} */
export const unitTests = [
  { path: "contract", depth: "all" },
  { path: "apps", depth: "all" },
  { path: "infra", depth: "all" },
  { path: "tools", depth: "all" },
  { path: "bench", depth: "all" },
  { path: "test", depth: "subfolders" },
];

/** Everything that `npm test` checks, in order. @type {readonly Check[]} */
export const checks = [
  { name: "format", title: "Format", command: ["prettier", "--check", "."] },
  { name: "lint", title: "Lint", command: ["eslint", "--max-warnings", "0", "."] },
  { name: "types", title: "Types", command: ["tsc"] },
  {
    name: "page-types",
    title: "Types of the page",
    command: ["tsc", "-p", "apps/consumers/dashboard/page/src"],
  },
  { name: "unit", title: "Unit tests", command: ["vitest", "run", "--project", "unit"], tests: unitTests },
  {
    name: "e2e",
    title: "End-to-end tests",
    command: ["vitest", "run", "--project", "e2e"],
    tests: endToEndTests,
    needsMachine: true,
  },
];

/**
 * The checks that a user's words select, in the order of {@link checks}: all without words. Words after the name of a check with tests
 * select test files of it: by the file's name without `.test.ts`, or else by a part of its path.
 *
 * @param {readonly string[]} words
 * @param {(tests: readonly TestFolder[]) => string[]} [filesOf]
 * @returns {{ selected: Selected[] } | { problem: string }} the problem names the first word that selects nothing
 */
export function selectChecks(words, filesOf = testFiles) {
  /** @type {Map<Check, string[]>} */
  const selected = new Map();
  /** @type {Check | undefined} */
  let latest;
  for (const word of words) {
    const named = checks.find(({ name }) => name === word);
    if (named !== undefined) {
      latest = named;
      selected.set(named, selected.get(named) ?? []);
    } else {
      const all = filesOf(latest?.tests ?? []);
      const found = matching(all, word);
      if (latest === undefined || found.length === 0) return { problem: problemWith(word, latest, all) };
      selected.get(latest)?.push(...found);
    }
  }
  return {
    selected: checks
      .filter((check) => words.length === 0 || selected.has(check))
      .map((check) => ({ check, files: [...new Set(selected.get(check))] })),
  };
}

/** @param {readonly string[]} files @param {string} word */
function matching(files, word) {
  const named = files.filter((file) => nameOf(file) === word);
  return named.length > 0 ? named : files.filter((file) => file.includes(word));
}

const nameOf = (/** @type {string} */ file) => basename(file, ".test.ts");

/** @param {string} word @param {Check | undefined} check @param {readonly string[]} files */
function problemWith(word, check, files) {
  const names = `a CHECK is one of ${checks.map(({ name }) => name).join(", ")}`;
  if (check === undefined) return `${quoted(word)}: ${names}`;
  if (files.length === 0) return `${quoted(word)}: ${check.name} has no FILE to select; ${names}`;
  const few = files.length <= 30;
  const choice = few
    ? `one of ${files.map(nameOf).join(", ")}`
    : `the name of a test file or a part of its path`;
  return `${quoted(word)}: a FILE of ${check.name} is ${choice}`;
}

/** Paths of test files, relative to the working copy, sorted. @param {readonly TestFolder[]} folders */
export function testFiles(folders) {
  return folders.flatMap(({ path, depth }) => filesBelow(path, depth)).sort();
}

/** @param {string} folder @param {TestFolder["depth"]} depth @returns {string[]} */
function filesBelow(folder, depth) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return depth === "files" || entry.name === "node_modules" ? [] : filesBelow(path, "all");
    return depth !== "subfolders" && entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

/** The same as patterns for vitest. @param {readonly TestFolder[]} folders */
export function testPatterns(folders) {
  const below = { files: "*.test.ts", subfolders: "*/**/*.test.ts", all: "**/*.test.ts" };
  return folders.map(({ path, depth }) => `${path}/${below[depth]}`);
}

const fileTimesReporter = fileURLToPath(new URL("file-times-reporter.mjs", import.meta.url));

/**
 * Runs one check and counts: a vitest run counts its tests, any other check counts as one.
 *
 * @param {Selected} selected
 * @param {(command: string[], env?: NodeJS.ProcessEnv) => Promise<number>} run gives the exit code
 * @returns {Promise<Outcome>}
 */
export async function runCheck({ check, files }, run) {
  if (!check.tests) {
    const passed = (await run(check.command)) === 0;
    return { counts: { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 }, files: [] };
  }
  const folder = mkdtempSync(join(tmpdir(), "kafka-iot-sim-test-"));
  const report = join(folder, "report.json");
  const times = join(folder, "times.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--reporter=${fileTimesReporter}`];
    const command = [...check.command, ...files, ...reporters, `--outputFile.json=${report}`];
    const code = await run(command, { FILE_TIMES: times });
    const counts = countTests(existsSync(report) ? parseJson(readFileSync(report, "utf8")) : undefined, code);
    return { counts, files: existsSync(times) ? parseJson(readFileSync(times, "utf8")) : [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
