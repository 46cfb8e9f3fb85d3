// Every npm script of the project: its purpose and its arguments. `--help` shows them, and undeclared arguments are refused before anything
// is set up. Runs on every Node that npm supports, without packages.
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { checks, endToEndTests, testFiles } from "./setup/checks.mjs";
import { root } from "./setup/environment.mjs";

/** @typedef {import("./setup/command.mjs").Command} Command */

const stack = /** @type {const} */ ({
  type: "string",
  value: "NAME",
  about: "a stack other than the working copy's",
});

/** The same value, whose type keeps the names and types of its options. @template {Command} Declared @param {Declared} command */
const command = (command) => command;

/** By the name of the script in package.json. */
export const commands = {
  start: command({
    name: "npm start",
    forms: [""],
    about: "Sets the machine up, as far as something is missing, brings the stack up, and shows what runs.",
    runs: "node tools/start.mjs",
    options: {},
  }),
  down: command({
    name: "npm run down",
    forms: ["[-- --stack NAME]"],
    about: "Removes the stack with its data, and checks that nothing of it is left.",
    runs: "tsx tools/down/main.ts",
    options: { stack },
  }),
  doctor: command({
    name: "npm run doctor",
    forms: [""],
    about: "Shows what the machine has and lacks, and what npm start would do about it. Changes nothing.",
    runs: "node tools/doctor.mjs",
    options: {},
  }),
  logs: command({
    name: "npm run logs",
    forms: ["-- NAME"],
    about:
      "Follows the log of one container, or of the one that runs a device. Without a name it lists them.",
    runs: "node tools/logs.mjs",
    options: {},
    maxPositionals: 1,
  }),
  status: command({
    name: "npm run status",
    forms: ["[-- --watch] [--json] [--stack NAME]"],
    about:
      "Shows the health of a whole stack on one screen. Exit code: 0 all is well, 1 something is not, 2 the stack does not exist or cannot be examined.",
    runs: "tsx tools/status/main.ts",
    options: {
      watch: { type: "boolean", about: "repeats until it is interrupted" },
      json: { type: "boolean", about: "for programs, one line" },
      stack,
    },
  }),
  lake: command({
    name: "npm run lake",
    forms: ["-- [--stack NAME] [--rows N]", '-- [--stack NAME] [--json | --csv] "select … from bronze"'],
    about:
      "Shows a summary of the table and its newest rows, or answers SQL over the tables bronze and dead_letters. It answers each of several statements.",
    runs: "tsx tools/lake/main.ts",
    options: {
      rows: { type: "string", value: "N", about: "how many of the newest rows to show; 10" },
      json: { type: "boolean", about: "answers with a JSON object a row" },
      csv: { type: "boolean", about: "answers with comma-separated values, a heading first" },
      stack,
    },
    maxPositionals: 1,
    tooMany: "give one query, in quotation marks",
  }),
  verify: command({
    name: "npm run verify",
    forms: ["[-- --stack NAME] [--json]"],
    about:
      "Proves that every message is in the table exactly once, or lists what is wrong and ends with exit code 1.",
    runs: "tsx tools/verify/main.ts",
    options: { json: { type: "boolean", about: "for programs, one line" }, stack },
  }),
  plan: command({
    name: "npm run plan",
    forms: ["[-- --stack NAME] [--json]"],
    about:
      "Shows the stack that the configuration describes, the resources that it needs, and every problem. Ends with exit code 1 if there is a problem.",
    runs: "tsx tools/plan/main.ts",
    options: { json: { type: "boolean", about: "for programs, one line" }, stack },
  }),
  "model-docs": command({
    name: "npm run model-docs",
    forms: [""],
    about:
      "Draws the pictures of docs/models.md from the models themselves, and puts the examples into the page.",
    runs: "tsx tools/model-docs/main.ts",
    options: {},
  }),
  "config-docs": command({
    name: "npm run config-docs",
    forms: [""],
    about: "Writes the tables of docs/configuration.md from the schemas of the configuration.",
    runs: "tsx tools/config-docs/main.ts",
    options: {},
  }),
  "preview-signal": command({
    name: "npm run preview-signal",
    forms: [
      "-- SUBJECT [--for 24h] [--from 2026-11-23T00:00:00Z] [--seed 1] [--device meter-3]\n" +
        "                                         [--interval 1s] [--stack NAME]",
    ],
    about:
      'Draws signals in the terminal, before anything runs. SUBJECT is a profile, a device or a group of the stack\'s configuration, or a model as JSON, such as \'{"type":"sine","period":"10m"}\'. Without one it lists the profiles.',
    runs: "tsx tools/preview-signal/main.ts",
    options: {
      for: {
        type: "string",
        value: "24h",
        about: "how much time to show; as much as each signal is best seen in",
      },
      from: { type: "string", value: "TIME", about: "where to start; today at 00:00 UTC" },
      seed: { type: "string", value: "SEED", about: "the stack's seed" },
      device: {
        type: "string",
        value: "NAME",
        about: "the device whose signals are drawn: each has its own",
      },
      interval: {
        type: "string",
        value: "1s",
        about: "time between two observations, instead of the sensors' own",
      },
      stack,
    },
    maxPositionals: 1,
    tooMany: "give one subject; a model goes in quotation marks",
  }),
  app: command({
    name: "npm run app",
    forms: ["-- NAME"],
    about: () =>
      `Runs one app outside Docker, with the environment of the shell. NAME is one of: ${appNames().join(", ")}. Without one it shows examples.`,
    runs: "tsx tools/run-app.ts",
    options: {},
    maxPositionals: 1,
    tooMany: "give one name only",
  }),
  bench: command({
    name: "npm run bench",
    forms: [
      "-- stack",
      "-- cluster [zookeeper|kraft] [1|3|5]",
      "-- dashboard",
      "-- devices [producing|fleets] [MESSAGES]",
      "-- lake [throughput|freshness|growth|parquet] [MESSAGES]",
    ],
    about: "Measures the figures of docs/benchmarks.md. Most take many minutes.",
    runs: "tsx bench/main.ts",
    options: {},
    maxPositionals: Infinity,
  }),
  structure: command({
    name: "npm run structure",
    forms: ["[-- --at COMMIT]"],
    about:
      "Measures how the code is divided: sizes of files, circles of imports, what one must read to follow a behaviour.",
    runs: "tsx tools/structure/main.ts",
    options: { at: { type: "string", value: "COMMIT", about: "a commit instead of the working copy" } },
  }),
  format: command({
    name: "npm run format",
    forms: [""],
    about: "Formats the working copy with Prettier.",
    runs: "prettier --write .",
    options: {},
  }),
  test: command({
    name: "npm test",
    forms: ["[-- CHECK [FILE...] ...]"],
    about: () =>
      `Sets up what the tests need, and runs every check, or those that are named: ${checks.map(({ name }) => name).join(", ")}. ` +
      "FILE selects test files of the check before it, such as e2e pipeline: by the file's name, or else by a part of its path. " +
      `Files of e2e: ${testFiles(endToEndTests)
        .map((file) => basename(file, ".test.ts"))
        .join(", ")}.`,
    runs: "node tools/test.mjs",
    options: {},
    maxPositionals: Infinity,
  }),
  "test:unit": command({
    name: "npm run test:unit",
    forms: ["[-- FILE...] [-t NAME]"],
    about: "Runs the unit tests, or those of files whose paths contain FILE.",
    runs: "vitest run --project unit",
    options: {
      testNamePattern: { type: "string", short: "t", value: "NAME", about: "only tests with such a name" },
    },
    maxPositionals: Infinity,
  }),
};

/** The command that a script of package.json runs. @param {readonly string[]} words the script's, and a user's arguments */
export function commandRunBy(words) {
  for (const each of Object.values(commands)) {
    const own = each.runs.split(" ");
    if (own.every((word, at) => words[at] === word))
      return { command: /** @type {Command} */ (each), args: words.slice(own.length) };
  }
  return undefined;
}

/** The folders with apps, and in each of them a folder with a `main.ts` an app. */
export const appFolders = [join(root, "apps"), join(root, "apps", "consumers")];

/** The apps by name, sorted. */
export function appNames() {
  const isApp = (/** @type {string} */ path) => existsSync(join(path, "main.ts"));
  return appFolders
    .flatMap((folder) =>
      existsSync(folder) ? readdirSync(folder).filter((name) => isApp(join(folder, name))) : [],
    )
    .sort();
}
