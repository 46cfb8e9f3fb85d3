import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { consumerTypeNames } from "../../apps/shared/contract/consumer-types";
import { hashSources } from "./sources";

/** The working copy. */
export const projectDirectory = dirname(dirname(__dirname));

/** The files that the app image is built from: content by name. */
export type BuildContext = ReadonlyMap<string, Uint8Array>;

const entryPoints: Readonly<Record<string, string>> = {
  device: "apps/device/main.ts",
  "broker-sync": "apps/broker-sync/main.ts",
  "topic-init": "apps/topic-init/main.ts",
  ...Object.fromEntries(consumerTypeNames.map((type) => [type, `apps/consumers/${type}/main.ts`])),
};

/** The command that runs an app in the image. */
export function appCommand(app: string): string[] {
  return ["node", `/app/${app}.js`];
}

/** A short hash that changes when the app image has to. */
export function appImageHash(): string {
  return hashSources(projectDirectory);
}

/** Makes a directory of the project hold what the app image with this hash is built from; at once if it does. */
export function prepareContext(directory: string, hash: string): void {
  const target = resolve(projectDirectory, directory);
  const marker = `${target}.hash`;
  if (existsSync(marker) && readFileSync(marker, "utf8") === hash) return;
  writeContext(target, bundleApps());
  writeFileSync(marker, hash);
}

/** Bundles each app, with all it depends on, into one file, in memory. */
export function bundleApps(): BuildContext {
  const { outputFiles } = buildSync({
    absWorkingDir: projectDirectory,
    entryPoints: { ...entryPoints },
    bundle: true,
    write: false,
    outdir: "dist",
    platform: "node",
    format: "cjs",
    target: "node24",
    legalComments: "none",
    logLevel: "error",
  });
  return new Map<string, Uint8Array>([
    ["Dockerfile", readFileSync(join(projectDirectory, "apps", "Dockerfile"))],
    ...outputFiles.map(({ path, contents }): [string, Uint8Array] => [basename(path), contents]),
  ]);
}

/**
 * Makes a directory hold exactly a build context. Files are replaced whole and only if they differ, so that an `up` of
 * another stack that builds from the same directory is not disturbed.
 */
export function writeContext(directory: string, context: BuildContext): void {
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) {
    if (!context.has(name)) rmSync(join(directory, name), { recursive: true });
  }
  for (const [name, content] of context) {
    const path = join(directory, name);
    if (existsSync(path) && readFileSync(path).equals(content)) continue;
    // Beside the directory, not in it: whatever is in it becomes part of the image.
    const unfinished = `${directory}-${process.pid}-${name}`;
    writeFileSync(unfinished, content);
    renameSync(unfinished, path);
  }
}
