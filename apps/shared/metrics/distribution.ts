/** How many values lie in each bucket of a histogram, and what they add up to. */
export interface BucketCounts {
  /** By bucket, each without those below it; the last one is of values beyond all bounds. */
  readonly counts: ArrayLike<number>;
  readonly sum: number;
}

/** Counts values by buckets; a value that equals a bucket's upper bound is in it, as Prometheus has it. */
export class Distribution implements BucketCounts {
  readonly counts: Float64Array;
  sum = 0;

  /** @param bounds upper bounds, in order */
  constructor(private readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** Counts a value that was there so many times. */
  add(value: number, times = 1): void {
    let bucket = 0;
    while (bucket < this.bounds.length && value > (this.bounds[bucket] ?? Infinity)) bucket++;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + times;
    this.sum += value * times;
  }
}
