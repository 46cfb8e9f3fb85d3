const windowMs = 10_000;
const most = 4_096;

/** How long things took lately: quantiles over the last ten seconds, or over the newest few thousand. */
export class Latencies {
  private readonly times = new Float64Array(most);
  private readonly values = new Float64Array(most);
  private added = 0;

  add(nowMs: number, latencyMs: number): void {
    const place = this.added++ % most;
    this.times[place] = nowMs;
    this.values[place] = latencyMs;
  }

  /** The latencies in milliseconds that these shares (0 to 1) did not exceed; undefined if there was nothing lately. */
  quantiles(nowMs: number, ...shares: readonly number[]): number[] | undefined {
    const recent: number[] = [];
    for (let place = 0; place < Math.min(this.added, most); place++)
      if (nowMs - (this.times[place] ?? 0) <= windowMs) recent.push(this.values[place] ?? 0);
    if (recent.length === 0) return undefined;
    recent.sort((one, other) => one - other);
    return shares.map((share) => recent[Math.max(0, Math.ceil(share * recent.length) - 1)] ?? 0);
  }
}
