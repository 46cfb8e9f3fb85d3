import { type BucketCounts, Distribution } from "../../shared/metrics/distribution";

const finestMs = 1_000;
const coarseStepMs = 100;
const coarseBuckets = 1_000;

/**
 * Counts how late ticks came: in whole milliseconds up to a second, in tenths of seconds up to 101 s. Later ticks count in the last
 * bucket. A tick that is due at 12:00:00.000 and comes at 12:00:00.003 is 3 ms late.
 */
export class Lateness {
  // Ten thousand devices have more ticks in a week than 32 bits can count.
  private readonly buckets = new Float64Array(finestMs + coarseBuckets);
  private total = 0;
  private totalMs = 0;

  add(lateMs: number): void {
    const late = Math.max(0, Math.round(lateMs));
    const bucket =
      late < finestMs
        ? late
        : Math.min(finestMs + Math.floor((late - finestMs) / coarseStepMs), this.buckets.length - 1);
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
    this.total++;
    this.totalMs += late;
  }

  get count(): number {
    return this.total;
  }

  /** The lateness that this share of the ticks (0 to 1) did not exceed, in milliseconds; undefined if there was no tick. */
  quantile(share: number): number | undefined {
    const rank = Math.max(1, Math.ceil(this.total * share));
    let seen = 0;
    for (const [bucket, count] of this.buckets.entries()) {
      seen += count;
      if (seen >= rank && count > 0) return latestOf(bucket);
    }
    return undefined;
  }

  /** The same counts in coarser buckets. @param boundsSeconds their upper bounds, in seconds */
  within(boundsSeconds: readonly number[]): BucketCounts {
    const distribution = new Distribution(boundsSeconds);
    for (const [bucket, count] of this.buckets.entries())
      if (count > 0) distribution.add(latestOf(bucket) / 1_000, count);
    return { counts: distribution.counts, sum: this.totalMs / 1_000 };
  }
}

/** The greatest lateness of a bucket, in milliseconds. */
function latestOf(bucket: number): number {
  return bucket < finestMs ? bucket : finestMs + (bucket - finestMs + 1) * coarseStepMs;
}
