/** How much may be saved up, as a share of a second: what is smaller is lost in the timers' coarseness. */
const burstSeconds = 0.1;

/** Lets so many things a second pass, evenly; a token bucket. */
export class RateLimit {
  private tokens: number;
  private latestMs: number | undefined;
  private readonly burst: number;

  /** @param perSecond 0 for no limit. */
  constructor(
    private readonly perSecond: number,
    private readonly nowMs: () => number,
  ) {
    // With room for one only, a timer that is a little late would lose a share each time.
    this.burst = Math.max(2, perSecond * burstSeconds);
    this.tokens = this.burst;
  }

  /** How many may pass now. */
  get allowance(): number {
    if (this.perSecond === 0) return Infinity;
    const now = this.nowMs();
    const elapsedMs = Math.max(0, now - (this.latestMs ?? now));
    this.tokens = Math.min(this.burst, this.tokens + (elapsedMs * this.perSecond) / 1_000);
    this.latestMs = now;
    return Math.floor(this.tokens);
  }

  /** Counts what has passed. */
  take(count: number): void {
    if (this.perSecond > 0) this.tokens -= count;
  }

  /** How long until the next may pass, in milliseconds. */
  get waitMs(): number {
    return this.tokens >= 1 ? 0 : Math.ceil(((1 - this.tokens) * 1_000) / this.perSecond);
  }
}
