/** How many values lie in each bucket of a histogram, and their sum. */
export interface BucketCounts {
  /** By bucket, not cumulative. The last bucket is for values beyond all bounds. */
  readonly counts: ArrayLike<number>;
  readonly sum: number;
}

/** Counts values by bucket. A value that equals the upper bound of a bucket is in that bucket, as in Prometheus. */
export class Distribution implements BucketCounts {
  readonly counts: Float64Array;
  sum = 0;

  /** @param bounds the upper bounds, ascending */
  constructor(private readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** Counts a value that occurred `times` times. */
  add(value: number, times = 1): void {
    let bucket = 0;
    while (bucket < this.bounds.length && value > (this.bounds[bucket] ?? Infinity)) bucket++;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + times;
    this.sum += value * times;
  }
}
