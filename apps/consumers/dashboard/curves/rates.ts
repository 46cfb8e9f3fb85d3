/** How many seconds rates are averaged over: sensors of one observation a second must not flicker. */
const windowSeconds = 10;

/** Events a second of many things by their index, averaged over the last ten seconds, or as long as they are counted. */
export class Rates {
  private counts = new Float64Array(64);
  /** Counts at the last seconds, as a ring. */
  private readonly earlier: { readonly timeMs: number; readonly counts: Float64Array }[] = [];
  /** For things whose totals are told: how many ticks there were before the first that counts. */
  private readonly countedFrom = new Map<number, number>();
  private ticks = 0;

  /** Counts events. */
  add(index: number, events = 1): void {
    this.change(index, (this.counts[index] ?? 0) + events);
  }

  /** Sets how many events there were in all, which may be fewer than before, where counting began anew. */
  set(index: number, total: number): void {
    // What was before the first total, or before counting began anew, is not known to be 0.
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

  /** Events a second between the oldest tick that counts and the newest; 0 before there are two. */
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
