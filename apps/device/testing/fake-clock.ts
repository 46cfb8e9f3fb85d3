import type { Clock } from "../clock";

interface Timer {
  atMs: number;
  readonly work: () => void;
}

/** A clock that stands still until it is moved; timers run when their time has come, or later if `lateMs` says so. */
export class FakeClock implements Clock {
  readonly timers: Timer[] = [];
  lateMs = 0;
  /** How much time passes each time that somebody looks at it. */
  lookMs = 0;

  constructor(public nowMs: number) {}

  readonly now = (): number => (this.nowMs += this.lookMs);

  after(ms: number, work: () => void): () => void {
    const timer = { atMs: this.nowMs + ms, work };
    this.timers.push(timer);
    return () => {
      const place = this.timers.indexOf(timer);
      if (place >= 0) this.timers.splice(place, 1);
    };
  }

  /** Runs the timer that is due first, if it is due by a time. */
  private runNext(untilMs: number): boolean {
    const next = this.timers.toSorted((one, other) => one.atMs - other.atMs)[0];
    if (next === undefined || next.atMs + this.lateMs > untilMs) return false;
    this.timers.splice(this.timers.indexOf(next), 1);
    this.nowMs = Math.max(this.nowMs, next.atMs + this.lateMs);
    next.work();
    return true;
  }

  /** Lets time pass and runs what comes due, one timer after the other. */
  run(ms: number): void {
    const endMs = this.nowMs + ms;
    while (this.runNext(endMs));
    this.nowMs = Math.max(this.nowMs, endMs);
  }

  /** The clock is set while the process does not run. */
  jump(ms: number): void {
    this.nowMs += ms;
    // Node's timers count from a clock that is never set; a jump neither hurries nor delays them.
    for (const timer of this.timers) timer.atMs += Math.min(ms, 0);
  }
}
