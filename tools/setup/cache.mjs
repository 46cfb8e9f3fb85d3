import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDirectory } from "./environment.mjs";
import { withLock } from "./lock.mjs";
import { isRunning } from "./process.mjs";

/** The folder with the recipes of the fallback builds. */
export const recipes = fileURLToPath(new URL("fallback", import.meta.url));

/**
 * A short hash of everything that determines the result of a build: the files of its recipe (in folders, too) and the other
 * given values. A cached result with another hash is built again.
 *
 * @param {string[]} paths absolute paths of files and folders
 * @param {unknown[]} [more] values, hashed as JSON
 */
export function recipeHash(paths, more = []) {
  const hash = createHash("sha256").update(JSON.stringify(more));
  for (const path of paths) {
    for (const file of filesUnder(path)) {
      hash
        .update(`${file.slice(dirname(path).length)}\0`)
        .update(readFileSync(file))
        .update("\0");
    }
  }
  return hash.digest("hex").slice(0, 16);
}

/** @param {string} path @returns {string[]} */
function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

/**
 * Makes a file or folder completely or not at all: `make` writes to a temporary path in the same folder, which is renamed when
 * it is done. Removes what an earlier, killed attempt has left.
 *
 * @param {string} path
 * @param {(temporary: string) => Promise<void>} make
 */
export async function publish(path, make) {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  clearLeftovers(folder, `${basename(path)}.new-`);
  const temporary = `${path}.new-${process.pid}`;
  try {
    await make(temporary);
    replace(temporary, path);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** A folder cannot be renamed over one that holds something. @param {string} from @param {string} to */
function replace(from, to) {
  const old = `${to}.old-${process.pid}`;
  try {
    renameSync(to, old);
  } catch {
    // Nothing there yet.
  }
  renameSync(from, to);
  rmSync(old, { recursive: true, force: true });
}

/** @param {string} folder @param {string} prefix */
function clearLeftovers(folder, prefix) {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix) || isRunning(Number(name.slice(prefix.length)))) continue;
    try {
      rmSync(join(folder, name), { recursive: true, force: true });
    } catch {
      // Its last helpers still write there; the next set-up removes it.
    }
  }
}

/** Notes with which recipe a thing was made, beside it. @param {string} folder @param {string} hash */
export function writeStamp(folder, hash) {
  writeFileSync(join(folder, ".kafka-iot-sim"), `${hash}\n`);
}

/** The recipe that a thing was made with; undefined if it came the ordinary way. @param {string} folder */
export function readStamp(folder) {
  try {
    return readFileSync(join(folder, ".kafka-iot-sim"), "utf8").trim();
  } catch {
    return undefined;
  }
}

/**
 * Lets one set-up at a time change the cache, the working copy's node_modules and the engine's images.
 *
 * @template T
 * @param {import("./progress.mjs").Progress} progress
 * @param {() => Promise<T>} work
 */
export function withSetupLock(progress, work) {
  return withLock(join(cacheDirectory(), "setup.lock"), work, {
    onWait: (holder) => progress.line(`Another set-up (process ${holder.pid}) is under way; waiting for it.`),
  });
}
