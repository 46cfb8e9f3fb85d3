import { describe, expect, it } from "vitest";
import { type Clock, latestTickMs, Schedule, type ScheduleEvents, type Ticker } from "./schedule";

/** A clock that stands still until it is moved; timers run when their time has come, or later if `lateMs` says so. */
class FakeClock implements Clock {
  readonly timers: { atMs: number; work: () => void }[] = [];
  lateMs = 0;
  constructor(public nowMs: number) {}
  now = () => this.nowMs;
  after(ms: number, work: () => void) {
    const timer = { atMs: this.nowMs + Math.max(ms, 1), work };
    this.timers.push(timer);
    return () => void this.timers.splice(this.timers.indexOf(timer), 1);
  }
  /** Lets time pass and runs what comes due, one timer after the other. */
  run(ms: number) {
    const endMs = this.nowMs + ms;
    for (;;) {
      const next = this.timers.toSorted((one, other) => one.atMs - other.atMs)[0];
      if (next === undefined || next.atMs + this.lateMs > endMs) break;
      this.timers.splice(this.timers.indexOf(next), 1);
      this.nowMs = Math.max(this.nowMs, next.atMs + this.lateMs);
      next.work();
    }
    this.nowMs = endMs;
  }
  /** The clock jumps while the process does not run; timers that were due run right after. */
  jump(ms: number) {
    this.nowMs += ms;
    // Node's timers count from a clock that is never set; a jump neither hurries nor delays them.
    for (const timer of this.timers) timer.atMs += ms < 0 ? ms : 0;
  }
}

const start = Date.UTC(2026, 10, 23, 0, 0, 0);

function setUp(clock: FakeClock, ...intervals: number[]) {
  const ticks: [intervalMs: number, atMs: number][] = [];
  const skips: { count: number; fromMs: number; toMs: number }[] = [];
  const setBacks: number[] = [];
  const tickers = intervals.map((intervalMs): Ticker => ({
    intervalMs,
    onTick: (ms) => ticks.push([intervalMs, ms - start]),
  }));
  const events: ScheduleEvents = {
    onSkipped: ({ count, fromMs, toMs }) => skips.push({ count, fromMs: fromMs - start, toMs: toMs - start }),
    onClockSetBack: (ms) => setBacks.push(ms),
  };
  const schedule = new Schedule(tickers, events, clock);
  return { schedule, ticks, skips, setBacks, times: () => ticks.map(([, ms]) => ms) };
}

describe("schedule", () => {
  it("ticks on wall-clock boundaries, whenever it starts", () => {
    const clock = new FakeClock(start + 1234);
    const { schedule, times } = setUp(clock, 5000);
    schedule.start();
    clock.run(20_000);
    expect(times()).toEqual([5000, 10_000, 15_000, 20_000]);
  });

  it("ticks for the boundary that it starts on", () => {
    const clock = new FakeClock(start);
    const { schedule, times } = setUp(clock, 1000);
    schedule.start();
    clock.run(1500);
    expect(times()).toEqual([0, 1000]);
  });

  it("interleaves sensors of different intervals in the order of time, with one timer", () => {
    const clock = new FakeClock(start + 1);
    const { schedule, ticks } = setUp(clock, 300, 500, 1000);
    schedule.start();
    expect(clock.timers).toHaveLength(1);
    clock.run(1199);
    // 300 ms does not divide the seconds since 1970 at this start; its boundaries are multiples all the same.
    const threes = Array.from({ length: 4 }, (_, k) => Math.ceil((start + 1) / 300) * 300 - start + k * 300);
    const expected = [
      ...threes.filter((ms) => ms <= 1200).map((ms) => [300, ms]),
      [500, 500],
      [500, 1000],
      [1000, 1000],
    ].toSorted((one, other) => (one[1] ?? 0) - (other[1] ?? 0));
    expect(ticks).toEqual(expected);
    expect(clock.timers).toHaveLength(1);
  });

  it("ticks below a second without losing one", () => {
    const clock = new FakeClock(start + 3);
    const { schedule, times } = setUp(clock, 10);
    schedule.start();
    clock.run(10_000);
    expect(times()).toEqual(Array.from({ length: 1000 }, (_, k) => (k + 1) * 10));
  });

  it("does not drift when every timer is late, and stamps the boundary that a tick was for", () => {
    const clock = new FakeClock(start + 500);
    clock.lateMs = 17;
    const { schedule, times, skips } = setUp(clock, 1000);
    schedule.start();
    clock.run(3_600_000);
    expect(times()).toEqual(Array.from({ length: 3600 }, (_, k) => (k + 1) * 1000));
    expect(skips).toEqual([]);
  });

  it("catches up with boundaries that are a little past, in order", () => {
    const clock = new FakeClock(start + 1);
    const { schedule, times, skips } = setUp(clock, 250);
    schedule.start();
    clock.jump(1000);
    clock.run(0);
    expect(times()).toEqual([250, 500, 750, 1000]);
    expect(skips).toEqual([]);
  });

  it("skips and counts what a stall left no time for, instead of making values up", () => {
    const clock = new FakeClock(start + 1);
    const { schedule, times, skips } = setUp(clock, 1000, 5000);
    schedule.start();
    clock.jump(60_000);
    clock.run(0);
    // 1 s: boundaries 1..58 skipped, 59 and 60 are at most 2 s past; 5 s: 5..55 skipped, 60 is for now.
    expect(latestTickMs).toBe(2000);
    expect(skips).toEqual([{ count: 58 + 11, fromMs: 1000, toMs: 58_000 }]);
    expect(times()).toEqual([59_000, 60_000, 60_000]);
    clock.run(1000);
    expect(times().slice(3)).toEqual([61_000]);
  });

  it("never repeats a boundary when the clock is set back", () => {
    const clock = new FakeClock(start + 1);
    const { schedule, times, setBacks } = setUp(clock, 1000);
    schedule.start();
    clock.run(3000);
    clock.jump(-2500);
    clock.run(5000);
    expect(times()).toEqual([1000, 2000, 3000, 4000, 5000]);
    expect(setBacks).toHaveLength(1);
  });

  it("ticks no more once stopped, not even within the same wake-up", () => {
    const clock = new FakeClock(start + 1);
    const ticks: number[] = [];
    const schedule: Schedule = new Schedule(
      [
        {
          intervalMs: 100,
          onTick(ms) {
            ticks.push(ms - start);
            schedule.stop();
          },
        },
      ],
      { onSkipped: () => {}, onClockSetBack: () => {} },
      clock,
    );
    schedule.start();
    clock.jump(500);
    clock.run(2000);
    expect(ticks).toEqual([100]);
    expect(clock.timers).toEqual([]);
  });
});
