import { delay } from "../../../shared/shutdown";

/** How much longer than the work the rest after it is: ingestion has the machine for most of the time. */
const restFactor = 3;

/** Work for shorter than this may go on without a rest. */
const stretchMs = 50;

/** Spreads long work so that it leaves most of the machine to others. */
export class Pace {
  private began = performance.now();

  constructor(private readonly signal: AbortSignal) {}

  /** Rests if the work since the last rest took a while. @returns `aborted` if the work is to end. */
  async rest(): Promise<"go on" | "aborted"> {
    const worked = performance.now() - this.began;
    if (worked > stretchMs) {
      await delay(restAfter(worked), this.signal);
      this.began = performance.now();
    }
    return this.signal.aborted ? "aborted" : "go on";
  }
}

/** How long to rest after work, in milliseconds. */
export function restAfter(workedMs: number): number {
  return restFactor * workedMs;
}
