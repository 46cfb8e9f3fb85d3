/** Runs an app outside Docker, with the environment of the shell: `npm run app -- device`. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join, resolve } from "node:path";
import { appFolders, appNames, commands } from "./commands.mjs";
import { runCommand } from "./setup/command.mjs";
import { quoted, SetupError, UsageError } from "./setup/errors.mjs";
import { appImageHash, prepareContext } from "../infra/app-image/bundle";

const root = resolve(__dirname, "..");

const examples = [
  `KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092 TOPIC_INIT_BROKERS=1 TOPIC_INIT_TOPICS='[{"names":["device-1"],"partitions":1,"replicationFactor":1,"minInsyncReplicas":1}]' npm run app -- topic-init`,
  `KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092 DEVICE_NAME=device-1 DEVICE_TOPIC=device-1 DEVICE_SENSORS='[{"name":"sensor_1","interval":1000}]' npm run app -- device`,
  `KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092 CONSUMER_NAME=by-hand CONSUMER_GROUP=by-hand CONSUMER_TOPICS=device-1 npm run app -- console`,
  `KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092 CONSUMER_NAME=my-lake CONSUMER_GROUP=my-lake CONSUMER_TOPICS=device-1 LAKE_PLANNED_TOPICS=device-1 LAKE_TABLE_PATH=/tmp/lake/bronze npm run app -- lake`,
];

/** Every folder with a `main.ts`, by name: each is an app. */
function fileOf(name: string): string | undefined {
  return appFolders.map((folder) => join(folder, name, "main.ts")).find(existsSync);
}

/**
 * What Node is started with to run an app: its sources as they are, or where it has a page, which has to be built, what the image
 * would have.
 */
function nodeArguments(name: string, file: string): string[] {
  if (!existsSync(join(dirname(file), "page"))) return ["--import", require.resolve("tsx"), file];
  const directory = "dist/app-image";
  prepareContext(directory, appImageHash());
  return [join(root, directory, `${name}.js`)];
}

void runCommand(commands.app, async ({ positionals: [name] }) => {
  const known = `the apps are: ${appNames().join(", ")}`;
  if (name === undefined) {
    const shown = examples.map((line) => `  ${line}`).join("\n");
    throw new UsageError(`name an app; ${known}\n\nFor example:\n${shown}`);
  }
  const file = appNames().includes(name) ? fileOf(name) : undefined;
  if (file === undefined) throw new UsageError(`there is no app ${quoted(name)}; ${known}`);
  return run(name, file);
});

/** The app reads signals itself; this process only waits, and ends as the app ends. */
function run(name: string, file: string): Promise<number> {
  const child = spawn(process.execPath, nodeArguments(name, file), { stdio: "inherit", cwd: process.cwd() });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => {
      // Ctrl-C reaches the whole foreground group already.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new SetupError(`${name} could not be started: ${error.message}`)));
    child.on("exit", (code, signal) =>
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]),
    );
  });
}
