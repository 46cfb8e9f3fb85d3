import type { OverviewFrame } from "../../../../../contract/frames/frames";

const most = 300;

/** Messages a second over the last minutes: as long as this page has been looking, since the server keeps none. */
export class TrafficHistory {
  times: number[] = [];
  rates: number[] = [];

  add({ nowMs, totals }: OverviewFrame): void {
    const newestMs = this.times.at(-1) ?? -Infinity;
    // Another view's stream begins with an overview, too: the same second is drawn once.
    if (nowMs - newestMs < 500) return;
    this.times = [...this.times, nowMs].slice(-most);
    this.rates = [...this.rates, totals.messagesPerSecond].slice(-most);
  }
}
