import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { quoted } from "./errors.mjs";

const at = (file: string) => JSON.stringify(pathToFileURL(join(__dirname, file)).href);
const imports = `import { runMain } from ${at("main.mjs")}; import { SetupError, UsageError, Interrupted } from ${at("errors.mjs")};`;

/** Runs a command whose work is this code. */
function run(
  work: string,
  { stdout = "pipe", env = {} }: { stdout?: "pipe" | number; env?: NodeJS.ProcessEnv } = {},
) {
  const code = `${imports} await runMain(async () => { ${work} });`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    stdio: ["ignore", stdout, "pipe"],
    env: { ...process.env, LOG_LEVEL: undefined, ...env },
  });
  let stderr = "";
  child.stderr?.on("data", (data: Buffer) => (stderr += data.toString()));
  return {
    child,
    ended: new Promise<{ code: number | null; stderr: string }>((resolve) =>
      child.on("close", (exitCode) => resolve({ code: exitCode, stderr })),
    ),
  };
}

describe.concurrent("a command that fails", { timeout: 30_000 }, () => {
  it.each([
    [
      "for a reason that was foreseen",
      'throw new SetupError("No broker answers.")',
      1,
      "\nNo broker answers.\n",
    ],
    ["because it is used wrongly", 'throw new UsageError("What?\\nUsage: …")', 2, "\nWhat?\nUsage: …\n"],
    [
      "because it was stopped",
      'throw new Interrupted("SIGTERM")',
      143,
      "\nStopped. What is finished is kept; run it again to go on.\n",
    ],
    [
      "by what the system says",
      '(await import("node:fs")).readFileSync("/no/such/file")',
      1,
      "ENOENT: no such file or directory, open '/no/such/file' (LOG_LEVEL=debug shows where)\n",
    ],
    [
      "by a defect",
      "null.x",
      1,
      "This should not have happened, please report it: Cannot read properties of null (reading 'x') (LOG_LEVEL=debug shows where)\n",
    ],
    [
      "by a defect in what nobody waits for",
      'void Promise.reject(new RangeError("Invalid\\n array length")); await new Promise(() => setTimeout(() => {}, 60000))',
      1,
      "This should not have happened, please report it: Invalid array length (LOG_LEVEL=debug shows where)\n",
    ],
    [
      "by what is thrown and is no error",
      "throw undefined",
      1,
      "This should not have happened, please report it: undefined (LOG_LEVEL=debug shows where)\n",
    ],
  ])("%s says so in a line", async (_how, work, code, stderr) => {
    expect(await run(work).ended).toEqual({ code, stderr });
  });

  it("shows where, if it is asked to", async () => {
    const { stderr } = await run("null.x", { env: { LOG_LEVEL: "debug" } }).ended;
    expect(stderr).toMatch(/^This should not have happened, .*\nTypeError: .*\n +at /);
  });
});

describe("a command whose output goes nowhere", { timeout: 30_000 }, () => {
  it("fails if it cannot be written", async () => {
    for (const work of ['console.log("text"); return 0', 'process.stdout.write("text"); return 0'])
      expect(await run(work, { stdout: openSync("/dev/full", "w") }).ended).toEqual({
        code: 1,
        stderr: "\nWhat this writes cannot be written: ENOSPC: no space left on device, write\n",
      });
  });

  it("finds out what it is to find out, if nobody reads any more", async () => {
    const { child, ended } = run(
      'for (let at = 0; at < 100; at++) { console.log("x".repeat(65536)); await new Promise((resolve) => setImmediate(resolve)); } return 7',
    );
    child.stdout?.destroy();
    expect(await ended).toEqual({ code: 7, stderr: "" });
  });
});

it("quotes what comes from outside so that a terminal only shows it", () => {
  expect(quoted('a"\u001b[31m\n\u009b\u202e\ufeff😀\ud800')).toBe(
    '"a\\"\\u001b[31m\\n\\u009b\\u202e\\ufeff😀\\ud800"',
  );
});
