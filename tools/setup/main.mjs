import { Interrupted, messageOf, SetupError, UsageError } from "./errors.mjs";
import { stopRunning } from "./process.mjs";

/** @type {NodeJS.Signals[]} */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
const exitCodes = /** @type {Record<string, number>} */ ({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 });

/** The exit code for wrong arguments. */
const usageCode = 2;

/**
 * Runs a command's work and ends the process. A failure is one line, never a stack; a signal gives 128 + its number.
 *
 * @param {() => Promise<number>} work gives the exit code
 */
export async function runMain(work) {
  const end = (/** @type {unknown} */ error) => process.exit(tell(error));
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
  process.stdout.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
    // The reader may stop before the end (`| head`): the exit code still reports the command's result.
    if (error.code !== "EPIPE") end(new SetupError(`What this writes cannot be written: ${error.message}`));
  });
  // Nothing can report it.
  process.stderr.on("error", () => undefined);
  const code = await codeOf(work);
  // An error of the last write, above all by console.log, arrives only now.
  await new Promise((resolve) => setImmediate(resolve));
  process.exit(code);
}

/** @param {() => Promise<number>} work */
async function codeOf(work) {
  try {
    return await work();
  } catch (error) {
    return tell(error);
  }
}

/**
 * Reports a failure to the user.
 *
 * @param {unknown} error
 * @returns {number} the exit code
 */
function tell(error) {
  if (error instanceof Interrupted) {
    console.error("\nStopped. What is finished is kept; run it again to go on.");
    return exitCodes[error.signal] ?? 1;
  }
  console.error(error instanceof SetupError ? `\n${error.message}` : unforeseen(error));
  return error instanceof UsageError ? usageCode : 1;
}

/**
 * The line for an unforeseen error: the system's message, or a request to report a defect. The stack is for debugging.
 *
 * @param {unknown} error
 */
function unforeseen(error) {
  const message = messageOf(error).replace(/\s+/g, " ").trim() || "an error without a message";
  const isOfSystem = error instanceof Error && "syscall" in error;
  const line = isOfSystem ? message : `This should not have happened, please report it: ${message}`;
  const short = line.length > 500 ? `${line.slice(0, 499)}…` : line;
  if (process.env.LOG_LEVEL === "debug" && error instanceof Error) return `${short}\n${error.stack}`;
  return `${short} (LOG_LEVEL=debug shows where)`;
}

/**
 * Does work that Ctrl-C, SIGTERM or SIGHUP may interrupt: stops the running commands, and throws Interrupted.
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
