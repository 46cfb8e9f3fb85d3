import { showDuration } from "./text";

/**
 * How long work may go on without progress before the app counts as unhealthy. A monitor that asks every second then reports a fault within
 * 30 s.
 */
export const stalledAfterMs = 25_000;

/** Watches work, and notices when it stalls. */
export class StallWatch {
  private progressMs: number | undefined;

  /** @param now a monotonic clock, in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  get isUnderWay(): boolean {
    return this.progressMs !== undefined;
  }

  /** The work begins, or begins again. */
  begin(): void {
    this.progressMs = this.now();
  }

  /** Some of the work is done, if it is in progress. */
  progress(): void {
    if (this.progressMs !== undefined) this.progressMs = this.now();
  }

  /** The work is done: from now on, silence is no stall. */
  end(): void {
    this.progressMs = undefined;
  }

  /**
   * What is wrong, in one line such as `<what> for 34 s`, once there was no progress for too long.
   * @param limitMs the longest time without progress, in milliseconds
   */
  complaint(what: string, limitMs = stalledAfterMs): string | undefined {
    if (this.progressMs === undefined) return undefined;
    const silentMs = this.now() - this.progressMs;
    return silentMs < limitMs ? undefined : `${what} for ${showDuration(silentMs)}`;
  }
}
