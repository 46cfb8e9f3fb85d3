/** Runs an app outside Docker, with the environment of the shell: `npm run app -- device`. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join, resolve } from "node:path";
import { appImageHash, prepareContext } from "../infra/app-image/bundle";

const root = resolve(__dirname, "..");
const folders = [join(root, "apps"), join(root, "apps", "consumers")];

const examples = [
  `KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092 TOPIC_INIT_BROKERS=1 TOPIC_INIT_TOPICS='[{"names":["device-1"],"partitions":1,"replicationFactor":1,"minInsyncReplicas":1}]' npm run app -- topic-init`,
  `KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092 DEVICE_NAME=device-1 DEVICE_TOPIC=device-1 DEVICE_SENSORS='[{"name":"sensor_1","interval":1000}]' npm run app -- device`,
  `KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092 CONSUMER_NAME=by-hand CONSUMER_GROUP=by-hand CONSUMER_TOPICS=device-1 npm run app -- console`,
  `KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092 CONSUMER_NAME=my-lake CONSUMER_GROUP=my-lake CONSUMER_TOPICS=device-1 LAKE_PLANNED_TOPICS=device-1 LAKE_TABLE_PATH=/tmp/lake/bronze npm run app -- lake`,
];

/** Every folder with a `main.ts`, by name: each is an app. */
function findApps(): ReadonlyMap<string, string> {
  const found = folders.flatMap((folder) =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .map((name): [string, string] => [name, join(folder, name, "main.ts")])
      .filter(([, file]) => existsSync(file)),
  );
  return new Map(found.sort(([one], [other]) => one.localeCompare(other)));
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

const apps = findApps();
const [name, ...rest] = process.argv.slice(2);
const file = name === undefined ? undefined : apps.get(name);

if (name === undefined || file === undefined || rest.length > 0) {
  const problem =
    name === undefined
      ? "name an app"
      : file === undefined
        ? `there is no app "${name}"`
        : "give one name only";
  process.stderr.write(`${problem}; the apps are: ${[...apps.keys()].join(", ")}\n`);
  if (name === undefined)
    process.stderr.write(`\nFor example:\n${examples.map((line) => `  ${line}\n`).join("")}`);
  process.exit(2);
}

// The app reads signals itself; this process only waits, and ends as the app ends.
const child = spawn(process.execPath, nodeArguments(name, file), { stdio: "inherit", cwd: process.cwd() });
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.on(signal, () => {
    // Ctrl-C reaches the whole foreground group already.
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on("error", (error) => {
  process.stderr.write(`${name} could not be started: ${error.message}\n`);
  process.exit(1);
});
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.exit(128 + constants.signals[signal]);
});
