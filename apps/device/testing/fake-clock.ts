import type { Clock } from "../simulate/clock";

interface Timer {
  atMs: number;
  readonly work: () => void;
}

/** A clock that stands still until it is moved; timers run so much after their time, or before it, as `lateMs` says. */
export class FakeClock implements Clock {
  readonly timers: Timer[] = [];
  lateMs = 0;

  constructor(public nowMs: number) {}

  readonly now = (): number => this.nowMs;

  after(ms: number, work: () => void): () => void {
    // A timer can be early, but time passes all the same.
    const timer = { atMs: this.nowMs + Math.max(Math.min(ms, 1), ms + this.lateMs), work };
    this.timers.push(timer);
    return () => {
      const place = this.timers.indexOf(timer);
      if (place >= 0) this.timers.splice(place, 1);
    };
  }

  /** Runs the timer that is due first, if it is due by a time. */
  private runNext(untilMs: number): boolean {
    const next = this.timers.toSorted((one, other) => one.atMs - other.atMs)[0];
    if (next === undefined || next.atMs > untilMs) return false;
    this.timers.splice(this.timers.indexOf(next), 1);
    this.nowMs = Math.max(this.nowMs, next.atMs);
    next.work();
    return true;
  }

  /** Lets time pass and runs what comes due, one timer after the other. */
  run(ms: number): void {
    const endMs = this.nowMs + ms;
    while (this.runNext(endMs));
    this.nowMs = Math.max(this.nowMs, endMs);
  }

  /** The process does not run for a while. */
  stall(ms: number): void {
    this.nowMs += ms;
  }

  /** The clock is set; timers count on as if it were not, like those of Node. */
  set(byMs: number): void {
    this.nowMs += byMs;
    for (const timer of this.timers) timer.atMs += byMs;
  }
}
