import { AppError } from "./run-app";
import { delay } from "./shutdown";

/** What ends a wait for something that others have to do. */
export interface Waiting {
  readonly signal: AbortSignal;
  /** How long nothing may get any further, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * What a look has found: the end of the wait, or how far it has come, as a text that there was not before when it is further. A look
 * that could not find out says nothing.
 */
export type Look<Result> =
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "waiting"; readonly progress?: string };

const lookAgainMs = 250;

/** Looks again and again until done. @throws AppError with `reason` when nothing gets any further for too long. */
export async function until<Result>(
  { signal, timeoutMs }: Waiting,
  look: () => Promise<Look<Result>>,
  reason: () => string,
): Promise<Result> {
  let deadlineMs = performance.now() + timeoutMs;
  // To go back and forth between two states is not to get further.
  const reached = new Set<string>();
  for (;;) {
    const found = await look();
    if (found.kind === "done") return found.result;
    if (signal.aborted) throw new AppError("ended before the cluster was as planned");
    if (found.progress !== undefined && !reached.has(found.progress)) {
      reached.add(found.progress);
      deadlineMs = performance.now() + timeoutMs;
    }
    if (performance.now() >= deadlineMs) throw new AppError(reason());
    await delay(lookAgainMs, signal);
  }
}
