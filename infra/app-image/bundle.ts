import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { consumerTypeNames } from "../../apps/shared/contract/consumer-types";

const projectDirectory = dirname(dirname(__dirname));

/** The files that the app image is built from: content by name. */
export type BuildContext = ReadonlyMap<string, Uint8Array>;

const entryPoints: Readonly<Record<string, string>> = {
  device: "apps/device/main.ts",
  "topic-init": "apps/topic-init/main.ts",
  ...Object.fromEntries(consumerTypeNames.map((type) => [type, `apps/consumers/${type}/main.ts`])),
};

/** The command that runs an app in the image. */
export function appCommand(app: string): string[] {
  return ["node", `/app/${app}.js`];
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
    // Strict mode would hold for the whole file, and the Thrift code that parquetjs-lite brings assigns to undeclared
    // names.
    tsconfigRaw: { compilerOptions: { alwaysStrict: false, strict: false } },
    logLevel: "error",
  });
  return new Map<string, Uint8Array>([
    ["Dockerfile", readFileSync(join(projectDirectory, "apps", "Dockerfile"))],
    ...outputFiles.map(({ path, contents }): [string, Uint8Array] => [basename(path), contents]),
  ]);
}

/** A short hash of a build context: equal contents have equal hashes on every machine. */
export function hashContext(context: BuildContext): string {
  const hash = createHash("sha256");
  for (const [name, content] of [...context].sort(([one], [other]) => (one < other ? -1 : 1)))
    hash.update(`${name}\0${content.length}\0`).update(content);
  return hash.digest("hex").slice(0, 12);
}

/**
 * Makes a directory hold exactly a build context. Files are replaced whole and only if they differ, so that an `up` of
 * another stack that builds from the same directory is not disturbed.
 */
export function writeContext(directory: string, context: BuildContext): void {
  const target = resolve(projectDirectory, directory);
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(target))
    if (!context.has(name)) rmSync(join(target, name), { recursive: true });
  for (const [name, content] of context) {
    const path = join(target, name);
    if (existsSync(path) && readFileSync(path).equals(content)) continue;
    // Beside the directory, not in it: whatever is in it becomes part of the image.
    const unfinished = `${target}-${process.pid}-${name}`;
    writeFileSync(unfinished, content);
    renameSync(unfinished, path);
  }
}
