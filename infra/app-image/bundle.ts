import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { consumerTypeNames } from "../../contract/consumer-types";
import { type BuildContext, setModes, writeContext } from "./context";
import { buildPage } from "./page";
import { hashSources } from "./sources";

/** The working copy. */
export const projectDirectory = dirname(dirname(__dirname));

const entryPoints: Readonly<Record<string, string>> = {
  device: "apps/device/main.ts",
  "broker-sync": "apps/broker-sync/main.ts",
  "topic-init": "apps/topic-init/main.ts",
  ...Object.fromEntries(consumerTypeNames.map((type) => [type, `apps/consumers/${type}/main.ts`])),
};

/** A short hash that changes when the app image has to. */
export function appImageHash(): string {
  return hashSources(projectDirectory);
}

/** Makes a directory of the project the build context of the app image with this hash; returns at once if it is already. */
export function prepareContext(directory: string, hash: string): void {
  const target = resolve(projectDirectory, directory);
  const marker = `${target}.hash`;
  if (existsSync(marker) && readFileSync(marker, "utf8") === hash) {
    setModes(target);
    return;
  }
  writeContext(target, new Map([...bundleApps(), ...buildPage(projectDirectory)]));
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
