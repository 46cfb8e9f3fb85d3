import { spawn } from "node:child_process";
import {
  accessSync,
  constants,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
} from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { cacheDirectory } from "./environment.mjs";
import { SetupError } from "./errors.mjs";

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
let stopped = false;

/**
 * @typedef {object} Result
 * @property {number | null} code exit code; null if a signal or the time limit ended it or it could not be started
 * @property {string} stdout
 * @property {string} stderr
 *
 * @typedef {object} Options
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [cwd]
 * @property {string[]} [prefix] words before the command, such as sudo
 * @property {number} [timeoutMs] after which the command is killed; none by default
 * @property {boolean} [afterStop] whether to run it even after stopRunning (to clean up)
 */

/**
 * Runs a command to its end and returns its output. Never throws: a command that cannot be started has code null.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {Options} [options]
 * @returns {Promise<Result>}
 */
export function capture(command, args, options = {}) {
  if (stopped && !options.afterStop) return Promise.resolve({ code: null, stdout: "", stderr: "stopped" });
  return new Promise((resolve) => {
    const child = begin(command, args, options);
    const stop = track(child, options.timeoutMs);
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ text) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => (stderr += text));
    child.on("error", (error) => {
      stop();
      resolve({ code: null, stdout, stderr: error.message });
    });
    child.on("close", (code) => {
      stop();
      resolve({ code, stdout, stderr });
    });
  });
}

/**
 * Runs a command and writes its output, which matters only if it fails, to a log file in the cache.
 *
 * @param {string} what the part being made, for the message and the log's name
 * @param {string} command
 * @param {string[]} args
 * @param {Options} [options]
 * @returns {Promise<void>}
 * @throws {SetupError} with the log's path and last lines, if the exit code is not 0
 */
export async function runLogged(what, command, args, options = {}) {
  if (stopped && !options.afterStop) throw new SetupError(`${what}: stopped`);
  const path = join(cacheDirectory(), "logs", `${what.replace(/[^a-z0-9.]+/gi, "-")}.log`);
  mkdirSync(dirname(path), { recursive: true });
  const log = createWriteStream(path);
  log.write(`$ ${command} ${args.join(" ")}\n`);
  /** @type {string} */
  const failure = await new Promise((resolve) => {
    const child = begin(command, args, options);
    const stop = track(child, options.timeoutMs);
    child.stdout.on("data", (data) => log.write(data));
    child.stderr.on("data", (data) => log.write(data));
    child.on("error", (error) => {
      stop();
      resolve(error.message);
    });
    child.on("close", (code, signal) => {
      stop();
      resolve(code === 0 ? "" : signal ? `stopped by ${signal}` : `exit code ${code}`);
    });
  });
  await new Promise((resolve) => log.end(resolve));
  if (failure === "") return;
  const words = [basename(command), ...args.slice(0, 2)].join(" ");
  throw new SetupError(`\`${words}\` failed (${failure}).\n${lastLines(path, 20)}\n    (${path})`);
}

/** The last lines of a text file, indented. @param {string} path @param {number} count */
export function lastLines(path, count) {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines
    .slice(-count)
    .map((line) => `    ${line}`)
    .join("\n");
}

/**
 * The full path of a command on PATH, or undefined.
 *
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 */
export function findCommand(name, env = process.env) {
  const directories = (env.PATH ?? "").split(delimiter).filter((entry) => entry !== "");
  // Debian's folders of root's commands, which are not on every user's PATH.
  return [...directories, "/usr/sbin", "/sbin"].map((entry) => join(entry, name)).find(isExecutable);
}

/** Whether a path is a file that this user may run. @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() && statSync(path).size > 0;
  } catch {
    return false;
  }
}

/** Whether stopRunning was called: no new attempt must begin. */
export function isStopped() {
  return stopped;
}

/** Ends every running command, and prevents new ones (after Ctrl-C, or when another part has failed). */
export function stopRunning() {
  stopped = true;
  for (const child of running) child.kill("SIGTERM");
}

/**
 * Starts a command that ends when this process ends: commands of a killed set-up (kill -9) would disturb the next set-up.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {Options} options
 */
function begin(command, args, { env, cwd, prefix = [] }) {
  const setpriv = process.platform === "linux" ? findCommand("setpriv") : undefined;
  const leash = setpriv ? [setpriv, "--pdeathsig", "TERM"] : [];
  const words = [...leash, ...prefix, command, ...args];
  return spawn(words[0] ?? command, words.slice(1), { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {number | undefined} timeoutMs
 * @returns {() => void} to call when it has ended
 */
function track(child, timeoutMs) {
  running.add(child);
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  return () => {
    clearTimeout(timer);
    running.delete(child);
  };
}

/** Whether a process runs, whoever owns it. One that has ended does not, even if its parent has not yet read its status. @param {number} pid */
export function isRunning(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
  // A child that has ended is a zombie until Node has read its status.
  return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}
