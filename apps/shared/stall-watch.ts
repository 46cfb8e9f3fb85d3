import { showDuration } from "./text";

/**
 * How long work may go on without progress before whoever does it counts as unhealthy. Whoever looks once a second knows it within 30 s of
 * the fault.
 */
export const stalledAfterMs = 25_000;

/** Notices work that is under way and gets nowhere. */
export class StallWatch {
  private progressMs: number | undefined;

  /** @param now a clock that nobody sets, in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  get isUnderWay(): boolean {
    return this.progressMs !== undefined;
  }

  /** The work begins, or begins anew. */
  begin(): void {
    this.progressMs = this.now();
  }

  /** Some of it is done, if it is under way. */
  progress(): void {
    if (this.progressMs !== undefined) this.progressMs = this.now();
  }

  /** There is no more to do: silence is no stall. */
  end(): void {
    this.progressMs = undefined;
  }

  /**
   * What is wrong in one line, `<what> for 34 s`, once there has been no progress for too long.
   * @param limitMs how long is too long, in milliseconds
   */
  complaint(what: string, limitMs = stalledAfterMs): string | undefined {
    if (this.progressMs === undefined) return undefined;
    const silentMs = this.now() - this.progressMs;
    return silentMs < limitMs ? undefined : `${what} for ${showDuration(silentMs)}`;
  }
}
