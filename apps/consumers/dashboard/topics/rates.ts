/** Rates are averages of so many seconds: the rate of a sensor with one observation a second must not flicker. */
const windowSeconds = 10;

/** Events a second, by index, averaged over the last ten seconds or the time since counting began. */
export class Rates {
  private counts = new Float64Array(64);
  /** Counts at the last seconds, as a ring. */
  private readonly earlier: { readonly timeMs: number; readonly counts: Float64Array }[] = [];
  /** For indexes whose totals are set: how many ticks came before the first that counts. */
  private readonly countedFrom = new Map<number, number>();
  private ticks = 0;

  /** Counts events. */
  add(index: number, events = 1): void {
    this.change(index, (this.counts[index] ?? 0) + events);
  }

  /** Sets the total of events. It may be lower than before if counting began anew. */
  set(index: number, total: number): void {
    // Events before the first total, or before counting began anew, are unknown.
    if (!this.countedFrom.has(index) || total < (this.counts[index] ?? 0))
      this.countedFrom.set(index, this.ticks);
    this.change(index, total);
  }

  /** To be called each second. */
  tick(nowMs: number): void {
    this.earlier.push({ timeMs: nowMs, counts: this.counts.slice() });
    if (this.earlier.length > windowSeconds + 1) this.earlier.shift();
    this.ticks++;
  }

  /** Events a second between the oldest tick that counts and the latest; 0 before there are two. */
  perSecond(index: number): number {
    const oldest = this.ticks - this.earlier.length;
    const first = this.earlier[Math.max(0, (this.countedFrom.get(index) ?? 0) - oldest)];
    const last = this.earlier.at(-1);
    if (first === undefined || last === undefined || last.timeMs === first.timeMs) return 0;
    const events = (last.counts[index] ?? 0) - (first.counts[index] ?? 0);
    return (events * 1_000) / (last.timeMs - first.timeMs);
  }

  private change(index: number, count: number): void {
    if (index >= this.counts.length) this.grow(index);
    this.counts[index] = count;
  }

  private grow(index: number): void {
    const counts = new Float64Array(Math.max(index + 1, this.counts.length * 2));
    counts.set(this.counts);
    this.counts = counts;
  }
}

const latencyWindowMs = 10_000;
const maxLatencies = 4_096;

/** Latencies of the last ten seconds, or the latest few thousand, as quantiles. */
export class Latencies {
  private readonly times = new Float64Array(maxLatencies);
  private readonly values = new Float64Array(maxLatencies);
  private added = 0;

  add(nowMs: number, latencyMs: number): void {
    const place = this.added++ % maxLatencies;
    this.times[place] = nowMs;
    this.values[place] = latencyMs;
  }

  /** For each share (0 to 1), the latency in milliseconds that this share did not exceed; undefined if there was none lately. */
  quantiles(nowMs: number, ...shares: readonly number[]): number[] | undefined {
    const recent: number[] = [];
    for (let place = 0; place < Math.min(this.added, maxLatencies); place++)
      if (nowMs - (this.times[place] ?? 0) <= latencyWindowMs) recent.push(this.values[place] ?? 0);
    if (recent.length === 0) return undefined;
    recent.sort((one, other) => one - other);
    return shares.map((share) => recent[Math.max(0, Math.ceil(share * recent.length) - 1)] ?? 0);
  }
}
