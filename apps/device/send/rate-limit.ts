/** The longest burst, in seconds of the rate: less would be lost because timers are coarse. */
const burstSeconds = 0.1;

/** Limits messages to a number a second, spread evenly: a token bucket. */
export class RateLimit {
  private tokens: number;
  private latestMs: number | undefined;
  private readonly burst: number;

  /** @param perSecond 0 for no limit @param nowMs a monotonic clock, in milliseconds */
  constructor(
    private readonly perSecond: number,
    private readonly nowMs: () => number,
  ) {
    // With room for one token only, each timer that is a little late would lose a share.
    this.burst = Math.max(2, perSecond * burstSeconds);
    this.tokens = this.burst;
  }

  /** How many messages may pass now. */
  get allowance(): number {
    if (this.perSecond === 0) return Infinity;
    const now = this.nowMs();
    const elapsedMs = Math.max(0, now - (this.latestMs ?? now));
    this.tokens = Math.min(this.burst, this.tokens + (elapsedMs * this.perSecond) / 1_000);
    this.latestMs = now;
    return Math.floor(this.tokens);
  }

  /** Counts messages that have passed. */
  take(count: number): void {
    if (this.perSecond > 0) this.tokens -= count;
  }

  /** Milliseconds until the next message may pass. */
  get waitMs(): number {
    return this.tokens >= 1 ? 0 : Math.ceil(((1 - this.tokens) * 1_000) / this.perSecond);
  }
}
