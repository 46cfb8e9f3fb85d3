import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { messageOf } from "./errors.mjs";

/** @type {NodeJS.Signals[]} */
const forwarded = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/** A terminal sends Ctrl-C to the child too; a second SIGINT from us would make Pulumi cancel by force. */
function hasTerminal() {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}

/**
 * @typedef {object} Exit
 * @property {number} code exit code; 128 + number for a signal; 127 if the command could not be started
 * @property {NodeJS.Signals | null} signal what ended it, if a signal did
 */

/**
 * Runs a command in the foreground: it has this process's stdin, stdout and stderr, and gets its signals, while this
 * process lives on to see it end.
 *
 * @typedef {object} ForegroundOptions
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [cwd]
 * @property {boolean} [plain] takes colours out of its output
 * @property {((text: string) => void) | undefined} [print] gets all its output in the place of stdout and stderr; it has no stdin then
 *
 * @param {string} command
 * @param {string[]} args
 * @param {ForegroundOptions} [options]
 * @returns {Promise<Exit>}
 */
export function runForeground(command, args, { plain = false, print, ...options } = {}) {
  return new Promise((resolve) => {
    const output = plain || print ? "pipe" : "inherit";
    const child = spawn(command, args, { ...options, stdio: [print ? "ignore" : "inherit", output, output] });
    if (print) {
      for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", print);
    } else {
      if (child.stdout) passPlain(child.stdout, process.stdout);
      if (child.stderr) passPlain(child.stderr, process.stderr);
    }
    const terminal = hasTerminal();
    /** @type {[NodeJS.Signals, () => void][]} */
    const handlers = forwarded.map((signal) => [
      signal,
      () => {
        const fromTerminal = terminal && (signal === "SIGINT" || signal === "SIGQUIT");
        if (!fromTerminal) child.kill(signal);
      },
    ]);
    for (const [signal, handler] of handlers) process.on(signal, handler);
    /** @param {Exit} exit */
    const end = (exit) => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
      resolve(exit);
    };
    child.on("error", (error) => {
      console.error(`cannot run ${command}: ${messageOf(error)}`);
      end({ code: 127, signal: null });
    });
    child.on("close", (code, signal) => end({ code: code ?? 128 + signalNumber(signal), signal }));
  });
}

/**
 * Passes text on line by line, without colours.
 *
 * @param {import("node:stream").Readable} from
 * @param {NodeJS.WritableStream} to
 */
function passPlain(from, to) {
  // The reader may end early (`| head`): then the command's output is closed, too.
  to.on("error", () => from.destroy());
  createInterface({ input: from, crlfDelay: Infinity }).on("line", (line) => {
    to.write(`${stripVTControlCharacters(line)}\n`);
  });
}

/** Ends this process the way that the command ended. @param {Exit} exit */
export function exitLike(exit) {
  if (exit.signal === null) process.exit(exit.code);
  process.kill(process.pid, exit.signal);
  // In case Node ignores the signal.
  setTimeout(() => process.exit(exit.code), 100);
}

/** @param {NodeJS.Signals | null} signal */
function signalNumber(signal) {
  /** @type {Partial<Record<NodeJS.Signals, number>>} */
  const numbers = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGTERM: 15 };
  return (signal && numbers[signal]) || 0;
}
