import { AppError } from "./run-app";
import { delay } from "./shutdown";

/** What ends a wait for something that others have to do. */
export interface Waiting {
  readonly signal: AbortSignal;
  /** How long nothing may get any further, in milliseconds. */
  readonly timeoutMs: number;
}

/** What a look has found: the end of the wait, or how far it has come, as anything that is another text when it is further. */
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
  let reached: string | undefined;
  for (;;) {
    const found = await look();
    if (found.kind === "done") return found.result;
    if (signal.aborted) throw new AppError("ended before the cluster was as planned");
    if (found.progress !== reached) {
      reached = found.progress;
      deadlineMs = performance.now() + timeoutMs;
    }
    if (performance.now() >= deadlineMs) throw new AppError(reason());
    await delay(lookAgainMs, signal);
  }
}
