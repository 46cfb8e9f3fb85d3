import { retryUntil } from "./retry";
import { AppError } from "./run-app";

/** The limits of a wait for something that others do, such as brokers. */
export interface Waiting {
  readonly signal: AbortSignal;
  /** The longest time without progress, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * The result of one attempt: the end of the wait, or how far it has come. Any text that no earlier attempt has returned counts as
 * progress. An attempt that could not find out returns no text.
 */
export type WaitStep<Result> =
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "waiting"; readonly progress?: string };

const attemptEveryMs = 250;

/**
 * Repeats `attempt` until it is done.
 * @param reason why the wait ended without success, for people; called once there was no progress for too long
 * @throws AppError with `reason` after too long a time without progress, and one when the signal aborts
 */
export async function waitUntilDone<Result>(
  { signal, timeoutMs }: Waiting,
  attempt: () => Promise<WaitStep<Result>>,
  reason: () => string,
): Promise<Result> {
  let deadlineMs = performance.now() + timeoutMs;
  // A state that comes back is no progress.
  const reached = new Set<string>();
  const done = await retryUntil(
    signal,
    async () => {
      const step = await attempt();
      if (step.kind === "done") return step;
      if (step.progress !== undefined && !reached.has(step.progress)) {
        reached.add(step.progress);
        deadlineMs = performance.now() + timeoutMs;
      }
      if (!signal.aborted && performance.now() >= deadlineMs) throw new AppError(reason());
      return undefined;
    },
    { delayMs: attemptEveryMs },
  );
  if (done === undefined) throw new AppError("stopped before the cluster was as planned");
  return done.result;
}
