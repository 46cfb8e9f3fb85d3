import { execFile, spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Check } from "./checks.mjs";
import { root } from "./environment.mjs";
import { Interrupted, SetupError } from "./errors.mjs";
import { type Host, runChecks, timesOf } from "./run-checks.mjs";

const check = (name: string, needsMachine = false): Check => ({
  name,
  title: name.toUpperCase(),
  command: [name],
  needsMachine,
});
const selected = [check("format"), check("lint"), check("e2e", true)].map((each) => ({
  check: each,
  files: [],
}));

/** A machine on which nothing is real: each command and each set-up takes a moment, and those that are named fail. */
class FakeHost implements Host {
  printed = "";
  readonly events: string[] = [];
  signal: NodeJS.Signals | undefined;
  private elapsedMs = 0;

  constructor(
    private readonly isReady: boolean,
    private readonly failing: readonly string[] = [],
  ) {}

  setUpPackages = () => this.act("packages");
  setUpMachine = () => this.act("machine", 10);
  isMachineReady = () => Promise.resolve(this.isReady);
  print = (text: string) => void (this.printed += text);
  now = () => (this.elapsedMs += 1_000);
  stoppedBy = () => this.signal;
  run: Host["run"] = async ([name = ""], { print = this.print }) => {
    print(`first line of ${name}\n`);
    await this.act(name).catch(() => undefined);
    print(`last line of ${name}\n`);
    return this.failing.includes(name) ? 1 : 0;
  };

  private async act(name: string, turns = 2): Promise<void> {
    this.events.push(`${name} begins`);
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    this.events.push(`${name} ends`);
    if (this.failing.includes(name)) throw new SetupError(`${name} cannot be had`);
  }
}

describe("checks", () => {
  it("run one after the other where the machine is ready, and print at once", async () => {
    const host = new FakeHost(true);
    expect(await runChecks(selected, host)).toEqual({ passed: 3, failed: 0, skipped: 0 });
    expect(host.events.filter((event) => event.endsWith("begins"))).toEqual(
      ["packages", "format", "lint", "e2e"].map((name) => `${name} begins`),
    );
    expect(host.printed).toMatch(
      /^\n── FORMAT\nfirst line of format\nlast line of format\n── FORMAT: 1 passed, 0 failed \(\d+ s\)\n/,
    );
  });

  it("run beside the set-up of the machine, each printed in one piece, and those that need it after it", async () => {
    const host = new FakeHost(false);
    expect(await runChecks(selected, host)).toEqual({ passed: 3, failed: 0, skipped: 0 });
    const at = (event: string) => host.events.indexOf(event);
    expect(at("format begins")).toBeLessThan(at("machine ends"));
    expect(at("e2e begins")).toBeGreaterThan(at("machine ends"));
    expect(at("e2e begins")).toBeGreaterThan(at("lint ends"));
    for (const name of ["format", "lint"])
      expect(host.printed).toContain(
        `── ${name.toUpperCase()}\nfirst line of ${name}\nlast line of ${name}\n── ${name.toUpperCase()}: 1 passed`,
      );
  });

  it.each([true, false])(
    "go on after one that fails, which is counted (machine ready: %s)",
    async (isReady) => {
      const host = new FakeHost(isReady, ["format", "e2e"]);
      expect(await runChecks(selected, host)).toEqual({ passed: 1, failed: 2, skipped: 0 });
      expect(host.printed).toContain("last line of format\n── FORMAT: 0 passed, 1 failed");
      expect(host.printed).toContain("── LINT: 1 passed, 0 failed");
    },
  );

  it("go on while the machine cannot be made ready; those that need it do not run, which is a failure", async () => {
    const host = new FakeHost(false, ["machine"]);
    expect(await runChecks(selected, host)).toEqual({ passed: 2, failed: 1, skipped: 0 });
    expect(host.printed).toContain("\nmachine cannot be had\n");
    expect(host.printed).not.toContain("E2E\n");
  });

  it("do not run at all without packages, which is a failure", async () => {
    const host = new FakeHost(false, ["packages"]);
    expect(await runChecks(selected, host)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(host.events).toEqual(["packages begins", "packages ends"]);
  });

  it.each([true, false])("end with the signal that ends the run (machine ready: %s)", async (isReady) => {
    const host = new FakeHost(isReady);
    host.signal = "SIGINT";
    await expect(runChecks(selected, host)).rejects.toThrow(Interrupted);
    expect(host.events).not.toContain("lint begins");
    expect(host.events).not.toContain("e2e begins");
  });
});

it("shows the time of each check, and the slowest files of each kind of tests", () => {
  const files = [3, 70, 1, 2, 5, 4].map((seconds) => ({ file: `${seconds}.test.ts`, ms: seconds * 1_000 }));
  const times = [
    { name: "set-up", title: "Set-up", ms: 4_000, files: [] },
    { name: "set-up", title: "Set-up", ms: 0, files: [] },
    { name: "lint", title: "Lint", ms: 61_000, files: [] },
    { name: "unit", title: "Unit tests", ms: 80_000, files },
  ];
  expect(timesOf(times)).toBe(`
Unit tests, slowest files:
   1 min 10 s  70.test.ts
          5 s  5.test.ts
          4 s  4.test.ts
          3 s  3.test.ts
          2 s  2.test.ts
Time: set-up 4 s, lint 1 min 1 s, unit 1 min 20 s
`);
});

/** A working copy whose checks are scripts of this test. */
describe("npm test", () => {
  let copy: string;
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "npm-test-"));
    for (const path of ["package.json", "tools"])
      cpSync(join(root, path), join(copy, path), { recursive: true });
    mkdirSync(join(copy, "node_modules", ".bin"), { recursive: true });
    mkdirSync(join(copy, "test"));
    writeFileSync(join(copy, "test", "pipeline.test.ts"), "");
    script("prettier", "echo all is formatted");
    script("eslint", "echo this is wrong >&2; exit 1");
    script("tsc", "echo $$ > tsc.pid; exec sleep 60");
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  function script(name: string, lines: string) {
    const path = join(copy, "node_modules", ".bin", name);
    writeFileSync(path, `#!/bin/sh\n${lines}\n`);
    chmodSync(path, 0o755);
  }
  const env = () => ({ PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: join(copy, "home") });
  const run = (...words: readonly string[]) =>
    new Promise<{ exitCode: unknown; stdout: string; stderr: string }>((resolve) => {
      const args = [join("tools", "test.mjs"), ...words];
      execFile(process.execPath, args, { cwd: copy, env: env() }, (error, stdout, stderr) =>
        resolve({ exitCode: error === null ? 0 : error.code, stdout, stderr }),
      );
    });

  it("fails if a check fails, after the others, and says so in its last line", async () => {
    const { exitCode, stdout, stderr } = await run("lint", "format");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("\n── Format\nall is formatted\n── Format: 1 passed, 0 failed (");
    expect(stdout).toContain("\n── Lint: 0 passed, 1 failed (");
    expect(stdout).toMatch(/\nTime: set-up \d+ s, format \d+ s, lint \d+ s\n\n1 passed, 1 failed\n$/);
    expect(stderr).toBe("this is wrong\n");
  });

  it("succeeds if all checks do", async () => {
    const { exitCode, stdout } = await run("format");
    expect([exitCode, stdout.endsWith("\n1 passed, 0 failed\n")]).toEqual([0, true]);
  });

  it("refuses a word that selects nothing, and says what there is", async () => {
    const { exitCode, stdout, stderr } = await run("e2e", "pipelin3");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^"pipelin3": a FILE of e2e is one of pipeline\nUsage: npm test /m);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends its checks, and itself, at %s", async (signal) => {
    // A group of its own, without a terminal that would send the signal to all of it.
    const args = [join("tools", "test.mjs"), "types"];
    const child = spawn(process.execPath, args, { cwd: copy, env: env(), detached: true, stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("close", (code) => resolve(code)));
    await expect.poll(() => existsSync(join(copy, "tsc.pid")), { timeout: 20_000 }).toBe(true);
    await expect.poll(() => readFileSync(join(copy, "tsc.pid"), "utf8")).not.toBe("");
    child.kill(signal);
    expect(await ended).toBe(signal === "SIGINT" ? 130 : 143);
    const pid = Number(readFileSync(join(copy, "tsc.pid"), "utf8"));
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});
