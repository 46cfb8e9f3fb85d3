/** The part of a clock that a schedule needs; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Calls `work` once after `ms`; what it returns takes that back. */
  after(ms: number, work: () => void): () => void;
}

/** One sensor's ticks: at every moment whose milliseconds since 1970 are a multiple of `intervalMs`. */
export interface Ticker {
  readonly intervalMs: number;
  /** Observes; `boundaryMs` is the moment that the tick is for, also when it comes late. */
  onTick(boundaryMs: number): void;
}

/** What a schedule tells beside the ticks. */
export interface ScheduleEvents {
  /** A stall, a suspend or a clock set forward left no time for these ticks, of all sensors together. */
  onSkipped(skipped: { readonly count: number; readonly fromMs: number; readonly toMs: number }): void;
  /** The clock was set back; there is nothing to tick for until it is where it was. */
  onClockSetBack(byMs: number): void;
}

/**
 * How late a tick may come and still count as an observation of its boundary. Beyond it, nobody looked at the sensor at
 * that time, and making a value up would hide the stall.
 */
export const latestTickMs = 2000;

/** The longest wait before the clock is looked at again: it may have been set meanwhile. */
const longestSleepMs = 1000;

/** Smaller steps back are a clock being disciplined, not set. */
const setBackFromMs = 100;

export const systemClock: Clock = {
  now: Date.now,
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

interface Entry {
  readonly ticker: Ticker;
  /** The boundary to tick for next. It only ever grows, so that no boundary is ticked for twice. */
  nextMs: number;
}

/**
 * Ticks for all sensors with a single timer. Each boundary is computed from the clock, so that nothing drifts.
 *
 * A boundary that is at most {@link latestTickMs} past is ticked for, one after the other; older ones are reported as
 * skipped. When the clock is set back, a sensor waits until the clock is past the boundaries it has ticked for already.
 */
export class Schedule {
  private readonly entries: Entry[];
  private cancel: (() => void) | undefined;
  private running = false;
  private latestNowMs = -Infinity;

  constructor(
    tickers: readonly Ticker[],
    private readonly events: ScheduleEvents,
    private readonly clock: Clock = systemClock,
  ) {
    this.entries = tickers.map((ticker) => ({ ticker, nextMs: Number.NaN }));
  }

  /** Starts with the first boundary that is not yet past. */
  start(): void {
    const now = this.clock.now();
    for (const entry of this.entries) {
      const { intervalMs } = entry.ticker;
      entry.nextMs = Math.ceil(now / intervalMs) * intervalMs;
    }
    this.running = true;
    this.sleep();
  }

  stop(): void {
    this.running = false;
    this.cancel?.();
    this.cancel = undefined;
  }

  private sleep(): void {
    if (!this.running || this.entries.length === 0) return;
    const earliest = this.entries.reduce((least, { nextMs }) => Math.min(least, nextMs), Infinity);
    const wait = Math.max(0, Math.min(earliest - this.clock.now(), longestSleepMs));
    this.cancel = this.clock.after(Math.ceil(wait), () => {
      this.tick();
      this.sleep();
    });
  }

  private tick(): void {
    const now = this.clock.now();
    if (now < this.latestNowMs - setBackFromMs) this.events.onClockSetBack(this.latestNowMs - now);
    this.latestNowMs = now;

    this.skip(now);
    const due = this.entries.flatMap((entry) => dueOf(entry, now));
    // In the order of time, so that sensors with different intervals interleave as they would have without a delay.
    due.sort((one, other) => one.boundaryMs - other.boundaryMs);
    for (const { ticker, boundaryMs } of due) {
      if (this.running) ticker.onTick(boundaryMs);
    }
  }

  /** Moves every sensor past the boundaries that are too old to tick for. */
  private skip(now: number): void {
    let count = 0;
    let fromMs = Infinity;
    let toMs = -Infinity;
    for (const entry of this.entries) {
      const { intervalMs } = entry.ticker;
      const oldest = Math.ceil((now - latestTickMs) / intervalMs) * intervalMs;
      if (entry.nextMs >= oldest) continue;
      count += (oldest - entry.nextMs) / intervalMs;
      fromMs = Math.min(fromMs, entry.nextMs);
      toMs = Math.max(toMs, oldest - intervalMs);
      entry.nextMs = oldest;
    }
    if (count > 0) this.events.onSkipped({ count, fromMs, toMs });
  }
}

/** Takes the boundaries of a sensor that have come. */
function dueOf(entry: Entry, now: number): { ticker: Ticker; boundaryMs: number }[] {
  const { ticker } = entry;
  const due = [];
  for (; entry.nextMs <= now; entry.nextMs += ticker.intervalMs) {
    due.push({ ticker, boundaryMs: entry.nextMs });
  }
  return due;
}
