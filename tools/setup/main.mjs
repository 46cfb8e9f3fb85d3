import { Interrupted, messageOf, SetupError, UsageError } from "./errors.mjs";
import { stopRunning } from "./process.mjs";

/** @type {NodeJS.Signals[]} */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
const exitCodes = /** @type {Record<string, number>} */ ({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 });

/** Of commands that are not used as they can be. */
const usageCode = 2;

/**
 * Runs a command's work and ends the process. Whatever fails is told in a line, never with a stack; a signal gives 128 + its number.
 *
 * @param {() => Promise<number>} work gives the exit code
 */
export async function runMain(work) {
  const end = (/** @type {unknown} */ error) => process.exit(tell(error));
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
  process.stdout.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
    // Who reads may stop before the end (`| head`): what the command finds out, its exit code still tells.
    if (error.code !== "EPIPE") end(new SetupError(`What this writes cannot be written: ${error.message}`));
  });
  // There is nobody to tell.
  process.stderr.on("error", () => undefined);
  const code = await codeOf(work);
  // What was written last, by console.log above all, tells only now that it cannot be written.
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
 * Tells the user what has failed.
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
 * What nobody has foreseen: what the system says, or else a defect. Its stack is for who looks for the reason.
 *
 * @param {unknown} error
 */
export function unforeseen(error) {
  const message = messageOf(error).replace(/\s+/g, " ").trim() || "something that says nothing";
  const isOfSystem = error instanceof Error && "syscall" in error;
  const line = isOfSystem ? message : `This should not have happened, please report it: ${message}`;
  const short = line.length > 500 ? `${line.slice(0, 499)}…` : line;
  if (process.env.LOG_LEVEL === "debug" && error instanceof Error) return `${short}\n${error.stack}`;
  return `${short} (LOG_LEVEL=debug shows where)`;
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
