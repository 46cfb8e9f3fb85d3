import { aborted, delay } from "./shutdown";

/** How {@link retryUntil} repeats an attempt that did not succeed. */
export interface RetryOptions {
  /**
   * Milliseconds between two attempts; or a function of the number of attempts that failed so far, at least 1, such as
   * {@link doublingDelay} returns. There is no jitter: a stack has few clients, and none of them serves others.
   */
  readonly delayMs: number | ((failures: number) => number);
  /**
   * Whether another attempt may succeed after this error, for example `isFromKafka`. All other errors end the repetition. Without this
   * predicate, every error does.
   */
  readonly canRetry?: (error: unknown) => boolean;
  /**
   * Called before each wait, to log why. `retryUntil` itself logs nothing.
   * @param error what the attempt threw; undefined if it returned undefined
   * @param failures attempts that failed so far, including this one
   */
  readonly onRetry?: (error: unknown, failures: number) => void;
  /**
   * Whether an abort also ends the wait for the attempt that is under way, as for a broker that does not answer. The attempt goes on
   * without anybody who waits for it, and its outcome is ignored. Otherwise the attempt is awaited. Default false.
   */
  readonly leavesAttempt?: boolean;
}

/**
 * Repeats `attempt` until it returns something other than undefined, and returns that. An attempt that returns undefined (the answer
 * is not known yet) and one that throws an error of `canRetry` are repeated after a delay; the delay ends early when `signal` aborts.
 * @returns undefined if the signal aborted first; nothing is attempted once it has
 * @throws any error for which `canRetry` returns false, unchanged
 */
export async function retryUntil<Result>(
  signal: AbortSignal,
  attempt: () => Result | undefined | Promise<Result | undefined>,
  { delayMs, canRetry = () => false, onRetry, leavesAttempt = false }: RetryOptions,
): Promise<Result | undefined> {
  // Read again each time: the signal may abort during each `await`.
  const isAborted = () => signal.aborted;
  for (let failures = 1; !isAborted(); failures++) {
    let failure: unknown;
    try {
      const result = await (leavesAttempt ? orAborted(signal, attempt) : attempt());
      if (result !== undefined) return result;
    } catch (error) {
      if (!canRetry(error)) throw error;
      failure = error;
    }
    if (isAborted()) return undefined;
    onRetry?.(failure, failures);
    await delay(typeof delayMs === "number" ? delayMs : delayMs(failures), signal);
  }
  return undefined;
}

/**
 * Exponential backoff: `firstMs` after the first failure, twice as long after each further one, at most `maxMs`.
 * @returns a function for {@link RetryOptions.delayMs}
 */
export function doublingDelay(firstMs: number, maxMs: number): (failures: number) => number {
  return (failures) => Math.min(firstMs * 2 ** (failures - 1), maxMs);
}

async function orAborted<Result>(
  signal: AbortSignal,
  attempt: () => Result | undefined | Promise<Result | undefined>,
): Promise<Result | undefined> {
  const ended = new AbortController();
  const attempted = Promise.resolve(attempt());
  // After an abort, nobody else would handle its error.
  attempted.catch(() => {});
  try {
    return await Promise.race([
      attempted,
      aborted(AbortSignal.any([signal, ended.signal])).then(() => undefined),
    ]);
  } finally {
    ended.abort();
  }
}
