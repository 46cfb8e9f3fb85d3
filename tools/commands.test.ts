import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appNames, commands } from "./commands.mjs";
import { type Command } from "./commands.mjs";
import { helpOf, parseCommand } from "./setup/command.mjs";
import { root } from "./setup/environment.mjs";

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Readonly<Record<string, string>>;
};
const declared: Readonly<Record<string, Command>> = commands;

/**
 * A working copy on a machine that has nothing but Node, and where nothing can be had: what sets up, or needs anything that set-up gives,
 * fails there.
 */
let bare: string;
beforeAll(() => {
  bare = mkdtempSync(join(tmpdir(), "commands-"));
  for (const path of ["package.json", "tools", "apps/device/main.ts"])
    cpSync(join(root, path), join(bare, path), { recursive: true });
});
afterAll(() => rmSync(bare, { recursive: true, force: true }));

/** Runs a script as npm does. */
function run(script: string, ...args: readonly string[]) {
  const env = {
    PATH: dirname(process.execPath),
    HOME: join(bare, "home"),
    npm_config_registry: "http://127.0.0.1:9",
  };
  const line = `${scripts[script] ?? ""} ${args.map((arg) => `'${arg}'`).join(" ")}`;
  return new Promise<{ exitCode: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile("/bin/sh", ["-c", line], { cwd: bare, env }, (error, stdout, stderr) =>
      resolve({ exitCode: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
}

it("every npm script is a command that says what it takes", () => {
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(Object.keys(declared)));
  for (const [name, script] of Object.entries(scripts)) {
    const { runs = "", name: typed } = declared[name] ?? {};
    expect([runs, `node tools/with-node.mjs ${runs}`]).toContain(script);
    expect(typed).toMatch(new RegExp(`^npm (run )?${name}$`));
  }
});

describe.concurrent.each(Object.keys(scripts))("npm run %s", { timeout: 60_000 }, (name) => {
  it.each(["--help", "-h"])(
    "prints how it is used with %s, whatever else is asked for, and sets up nothing",
    async (flag) => {
      const command = declared[name];
      const { exitCode, stdout, stderr } = await run(name, "--no-such-option", flag);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toMatch(new RegExp(`^Usage: npm (run )?${name}`));
      for (const option of Object.keys(command?.options ?? {})) expect(stdout).toContain(`--${option}`);
      expect(stdout).toContain("-h, --help");
    },
  );

  it("refuses an option that it does not know, in a line that names it", async () => {
    const { exitCode, stdout, stderr } = await run(name, "--no-such-option");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    const [, first, second] = stderr.split("\n");
    expect(first).toBe("Unknown option '--no-such-option'");
    expect(second).toMatch(new RegExp(`^Usage: npm (run )?${name}`));
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

it("commands that take no arguments refuse them, and name them safely", () => {
  const none = Object.values(declared).filter(({ maxPositionals }) => maxPositionals === undefined);
  expect(none.length).toBeGreaterThan(3);
  for (const command of none)
    expect(() => parseCommand(command, ["surplus\u001b[31m\u202e"])).toThrow(
      /^Unknown argument "surplus\\u001b\[31m\\u202e"\nUsage: /,
    );
});

it.each(["../x", "a b", "", "a\nb", "a\u0000", "x".repeat(101)])("--stack %j is no stack's name", (stack) => {
  const takers = Object.values(declared).filter(({ options }) => "stack" in options);
  expect(takers.length).toBeGreaterThan(3);
  for (const command of takers)
    expect(() => parseCommand(command, ["--stack", stack])).toThrow(
      /^--stack ".*": give the name of a stack: letters, digits, and any of \. _ -\nUsage: /,
    );
});

it("the help of npm run app names the apps", () => {
  expect(appNames()).toEqual(["broker-sync", "console", "dashboard", "device", "lake", "topic-init"]);
  expect(helpOf(commands.app)).toContain("broker-sync, console, dashboard, device, lake, topic-init");
});
