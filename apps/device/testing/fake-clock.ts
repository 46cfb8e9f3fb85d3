import type { Clock } from "../simulate/clock";

interface Timer {
  atMs: number;
  readonly work: () => void;
}

/** A clock that stands still until a test moves it. Timers run `lateMs` after their time, or before it if that is negative. */
export class FakeClock implements Clock {
  readonly timers: Timer[] = [];
  lateMs = 0;

  constructor(public nowMs: number) {}

  readonly now = (): number => this.nowMs;

  after(ms: number, work: () => void): () => void {
    // A timer can be early, but at least some time passes.
    const timer = { atMs: this.nowMs + Math.max(Math.min(ms, 1), ms + this.lateMs), work };
    this.timers.push(timer);
    return () => {
      const place = this.timers.indexOf(timer);
      if (place >= 0) this.timers.splice(place, 1);
    };
  }

  /** Runs the first timer if it is due by a time. */
  private runNext(untilMs: number): boolean {
    const next = this.timers.toSorted((one, other) => one.atMs - other.atMs)[0];
    if (next === undefined || next.atMs > untilMs) return false;
    this.timers.splice(this.timers.indexOf(next), 1);
    this.nowMs = Math.max(this.nowMs, next.atMs);
    next.work();
    return true;
  }

  /** Lets time pass, and runs the timers that come due one after the other. */
  run(ms: number): void {
    const endMs = this.nowMs + ms;
    while (this.runNext(endMs));
    this.nowMs = Math.max(this.nowMs, endMs);
  }

  /** Lets time pass while the process does not run. */
  stall(ms: number): void {
    this.nowMs += ms;
  }

  /** Sets the clock. Timers keep their remaining time, like those of Node. */
  set(byMs: number): void {
    this.nowMs += byMs;
    for (const timer of this.timers) timer.atMs += byMs;
  }
}
