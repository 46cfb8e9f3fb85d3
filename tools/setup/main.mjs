import { Interrupted, SetupError } from "./errors.mjs";
import { stopRunning } from "./process.mjs";

/** @type {NodeJS.Signals[]} */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
const exitCodes = /** @type {Record<string, number>} */ ({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 });

/**
 * Runs a command's work and ends the process: a SetupError is shown as its message alone, a signal gives 128 + its
 * number, anything else is a defect and shows its stack.
 *
 * @param {() => Promise<number>} work gives the exit code
 */
export async function runMain(work) {
  process.exit(await codeOf(work));
}

/** @param {() => Promise<number>} work */
async function codeOf(work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Interrupted) {
      console.error("\nStopped. What is finished is kept; run it again to go on.");
      return exitCodes[error.signal] ?? 1;
    }
    console.error(error instanceof SetupError ? `\n${error.message}` : error);
    return 1;
  }
}

/**
 * Does work that Ctrl-C, SIGTERM or SIGHUP may break off: commands under way are stopped, and it ends with Interrupted.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function interruptible(work) {
  /** @type {NodeJS.Signals | undefined} */
  let received;
  /** @type {(reason: Interrupted) => void} */
  let giveUp = () => undefined;
  /** @type {Promise<never>} */
  const interruption = new Promise((_, reject) => (giveUp = reject));
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    received ??= signal;
    stopRunning();
    // Commands get a moment to end by themselves.
    setTimeout(() => giveUp(new Interrupted(signal)), 1000);
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await Promise.race([work(), interruption]);
  } catch (error) {
    throw received === undefined ? error : new Interrupted(received);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

/**
 * Refuses arguments that a command does not know.
 *
 * @param {string[]} args
 * @param {string} usage
 * @throws {SetupError}
 */
export function refuseArguments(args, usage) {
  if (args.length > 0) throw new SetupError(`unknown argument "${args[0]}".\nUsage: ${usage}`);
}
