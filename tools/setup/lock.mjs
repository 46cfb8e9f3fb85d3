import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseJson } from "./json.mjs";

/**
 * @typedef {object} Owner
 * @property {number} pid
 * @property {string} started when that process began, as the system counts; "" where it does not say
 */

/**
 * Runs `work` while this process alone holds the lock file. Waits while another process holds it; takes it over if its holder
 * is gone (killed, or the machine was restarted).
 *
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {{ onWait?: (holder: Owner) => void, pollMs?: number }} [options]
 * @returns {Promise<T>}
 */
export async function withLock(path, work, options = {}) {
  mkdirSync(dirname(path), { recursive: true });
  let reported = false;
  while (!tryLock(path)) {
    const holder = readOwner(path);
    if (holder === undefined) continue;
    if (!isAlive(holder)) {
      removeStale(path, holder);
      continue;
    }
    if (!reported) options.onWait?.(holder);
    reported = true;
    await new Promise((resolve) => setTimeout(resolve, options.pollMs ?? 500));
  }
  const release = () => rmSync(path, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

/** Creates the lock with its content in one step, so that nobody ever reads it half written. @param {string} path */
function tryLock(path) {
  const draft = `${path}.${process.pid}`;
  /** @type {Owner} */
  const owner = { pid: process.pid, started: processStart(process.pid) };
  writeFileSync(draft, JSON.stringify(owner));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * The process that holds the lock; undefined if none holds it.
 *
 * @param {string} path
 * @returns {Owner | undefined}
 */
export function readOwner(path) {
  try {
    return parseJson(readFileSync(path, "utf8"));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return undefined;
    return { pid: 0, started: "" };
  }
}

/** Whether that very process still runs: its number alone may have been given to another. @param {Owner} owner */
export function isAlive(owner) {
  if (owner.pid <= 0) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ESRCH") return false;
  }
  return owner.started === "" || owner.started === processStart(owner.pid);
}

/**
 * Two processes may see the same stale lock. Each moves the lock aside before it removes it, and so sees which lock it has taken: a
 * process that has taken a fresh lock by mistake puts it back.
 *
 * @param {string} path
 * @param {Owner} stale
 */
function removeStale(path, stale) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
    const taken = readOwner(aside);
    if (taken && (taken.pid !== stale.pid || taken.started !== stale.started)) linkSync(aside, path);
  } catch {
    // Another process was faster.
  }
  rmSync(aside, { force: true });
}

/** Start time of a process in clock ticks since boot (Linux), else "". @param {number} pid */
function processStart(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold spaces; start time is the 20th field after it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
