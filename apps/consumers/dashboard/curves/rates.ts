/** How many seconds rates are averaged over: sensors of one observation a second must not flicker. */
const windowSeconds = 10;

/** Events a second of many things by their index, averaged over the last ten seconds. */
export class Rates {
  private counts = new Float64Array(64);
  /** Counts at the last seconds, as a ring. */
  private readonly earlier: { readonly timeMs: number; readonly counts: Float64Array }[] = [];

  /** Counts events. */
  add(index: number, events = 1): void {
    if (index >= this.counts.length) this.grow(index);
    this.counts[index] = (this.counts[index] ?? 0) + events;
  }

  /** Sets how many events there were in all, which may be fewer than before, where counting began anew. */
  set(index: number, total: number): void {
    if (index >= this.counts.length) this.grow(index);
    if (total < (this.counts[index] ?? 0)) for (const { counts } of this.earlier) counts[index] = total;
    else if (this.counts[index] === 0) for (const { counts } of this.earlier) counts[index] = total;
    this.counts[index] = total;
  }

  /** To be called each second. */
  tick(nowMs: number): void {
    this.earlier.push({ timeMs: nowMs, counts: this.counts.slice() });
    if (this.earlier.length > windowSeconds + 1) this.earlier.shift();
  }

  /** Events a second between the oldest and the newest tick; 0 before there are two. */
  perSecond(index: number): number {
    const [first, last] = [this.earlier[0], this.earlier.at(-1)];
    if (first === undefined || last === undefined || last.timeMs === first.timeMs) return 0;
    const events = (last.counts[index] ?? 0) - (first.counts[index] ?? 0);
    return (events * 1_000) / (last.timeMs - first.timeMs);
  }

  private grow(index: number): void {
    const counts = new Float64Array(Math.max(index + 1, this.counts.length * 2));
    counts.set(this.counts);
    this.counts = counts;
  }
}
