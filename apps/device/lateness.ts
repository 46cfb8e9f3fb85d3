const finestMs = 1_000;
const coarseStepMs = 100;
const coarseBuckets = 1_000;

/**
 * How late ticks came: whole milliseconds up to a second, tenths of seconds up to 100 s; what was later counts as that. A tick that is for
 * 12:00:00.000 and comes at 12:00:00.003 is 3 ms late.
 */
export class Lateness {
  private readonly buckets = new Uint32Array(finestMs + coarseBuckets);
  private total = 0;

  add(lateMs: number): void {
    const late = Math.max(0, Math.round(lateMs));
    const bucket =
      late < finestMs
        ? late
        : Math.min(finestMs + Math.floor((late - finestMs) / coarseStepMs), this.buckets.length - 1);
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
    this.total++;
  }

  get count(): number {
    return this.total;
  }

  /** The lateness in milliseconds that this share of the ticks (0 to 1) did not exceed; undefined if there was none. */
  quantile(share: number): number | undefined {
    const rank = Math.max(1, Math.ceil(this.total * share));
    let seen = 0;
    for (const [bucket, count] of this.buckets.entries()) {
      seen += count;
      if (seen >= rank && count > 0)
        return bucket < finestMs ? bucket : finestMs + (bucket - finestMs + 1) * coarseStepMs;
    }
    return undefined;
  }
}
