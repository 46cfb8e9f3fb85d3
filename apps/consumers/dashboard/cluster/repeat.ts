import { delay } from "../../../shared/shutdown";

/** Does the work again and again until the signal aborts, at equal times where it does not take longer. */
export async function repeat(everyMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    const beganMs = performance.now();
    await work();
    await delay(Math.max(0, beganMs + everyMs - performance.now()), signal);
  }
}
