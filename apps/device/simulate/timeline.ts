import type { DeviceTime } from "./clock";
import { DueQueue } from "./due-queue";
import type { Lateness } from "../report/lateness";
import type { SensorStream } from "./sensor-stream";

/** What a timeline tells beside the observations. */
export interface TimelineEvents {
  /** A stall, a suspend or a clock set forward left no time for these observations, of all sensors together. */
  onSkipped(skipped: { readonly count: number; readonly fromMs: number; readonly toMs: number }): void;
  /** The clock was set back; there is nothing to observe until it is where it was. */
  onClockSetBack(byMs: number): void;
}

export interface TimelineOptions extends TimelineEvents {
  readonly time: DeviceTime;
  readonly lateness: Lateness;
  /**
   * Whether whatever is in the past is made up for, however old it is, as fast as `hasRoom` allows. Otherwise what is older than
   * {@link latestTickMs} is skipped.
   */
  readonly makesUp: boolean;
  /** Asked before each step of what can wait: while the past is made up for, and of what an outage has kept. */
  readonly hasRoom: () => boolean;
  /** Called once nothing of the past is left. */
  readonly onPresent?: () => void;
}

/**
 * How late a tick may come and still count as an observation of its time. Beyond it, nobody looked at the sensor at that time, and
 * making a value up would hide the stall.
 */
export const latestTickMs = 2_000;

/** The longest wait before the clock is looked at again: it may have been set meanwhile. */
const longestSleepMs = 1_000;
/** Smaller steps back are a clock being disciplined, not set. */
const setBackFromMs = 100;
/** After so many steps, some milliseconds of work, whatever else the process has to do gets its turn. */
const stepsAtOnce = 16_384;
/** What is less late than this is the present: a timer is never quite exact. */
const presentWithinMs = 1_000;

/** Often enough to keep brokers busy, and rarely enough to cost little for ten thousand devices that come back at once. */
const postponedByMs = 50;

/** Makes the observations of all sensors at their times, with a single timer for any number of them. */
export class Timeline {
  private queue: DueQueue<SensorStream>;
  private cancel: (() => void) | undefined;
  private running = false;
  private latestNowMs = -Infinity;
  private isPresent = false;
  private waitsForRoom = false;

  constructor(
    private readonly streams: readonly SensorStream[],
    private readonly options: TimelineOptions,
  ) {
    this.queue = new DueQueue(streams);
  }

  start(): void {
    this.running = true;
    this.sleep();
  }

  stop(): void {
    this.running = false;
    this.cancel?.();
    this.cancel = undefined;
  }

  /** Stops, makes what came due just now, and sends what is held back: where the past is not made up for, it would be forgotten. */
  end(): void {
    if (!this.running) return;
    this.stop();
    const { time, makesUp } = this.options;
    if (makesUp) return;
    const now = time.now();
    this.skip(now - latestTickMs);
    for (const stream of this.streams) stream.flush(now);
  }

  /** There may be room again. */
  goOn(): void {
    if (!this.waitsForRoom) return;
    this.waitsForRoom = false;
    this.sleep();
  }

  private sleep(): void {
    if (!this.running || this.streams.length === 0) return;
    const { time } = this.options;
    const waitMs = time.clockMs(this.queue.firstDueMs - time.now());
    const sleepMs = Math.ceil(Math.max(0, Math.min(waitMs, longestSleepMs)));
    this.cancel = time.after(sleepMs, () => {
      this.tick();
      if (!this.waitsForRoom) this.sleep();
    });
  }

  private tick(): void {
    const { time, makesUp } = this.options;
    const now = time.now();
    this.noticeClock(now);
    if (!makesUp) this.skip(now - latestTickMs);
    for (let steps = 0; steps < stepsAtOnce && this.running; steps++) {
      const dueMs = this.queue.firstDueMs;
      const nowMs = time.now();
      if (dueMs > nowMs) {
        this.reachPresent();
        return;
      }
      if (makesUp && !this.options.hasRoom()) {
        this.waitsForRoom = true;
        return;
      }
      const stream = this.queue.first;
      if (stream === undefined) return;
      if (stream.isCatchingUp && !makesUp) this.catchUp(stream, nowMs);
      else {
        this.noteLateness(time.clockMs(nowMs - dueMs));
        stream.step();
      }
      this.queue.firstChanged();
    }
  }

  /** What an outage has kept comes all at once: it waits for room, while what is observed now goes on. */
  private catchUp(stream: SensorStream, nowMs: number): void {
    if (this.options.hasRoom()) stream.catchUp(nowMs);
    else stream.postpone(nowMs + postponedByMs);
  }

  private noteLateness(lateMs: number): void {
    if (!this.isPresent && lateMs < presentWithinMs) this.reachPresent();
    if (this.isPresent) this.options.lateness.add(lateMs);
  }

  private reachPresent(): void {
    if (this.isPresent) return;
    this.isPresent = true;
    this.options.onPresent?.();
  }

  private noticeClock(now: number): void {
    const setBackMs = this.options.time.clockMs(this.latestNowMs - now);
    if (setBackMs > setBackFromMs) this.options.onClockSetBack(setBackMs);
    this.latestNowMs = now;
  }

  /** Moves every sensor past what is too old to be observed. */
  private skip(oldestMs: number): void {
    if (this.queue.firstDueMs >= oldestMs) return;
    let count = 0;
    let fromMs = Infinity;
    let toMs = -Infinity;
    for (const stream of this.streams) {
      const { nextTimeMs } = stream;
      const skipped = stream.skipBefore(oldestMs);
      if (skipped === 0) continue;
      count += skipped;
      fromMs = Math.min(fromMs, nextTimeMs);
      toMs = Math.max(toMs, stream.nextTimeMs - stream.intervalMs);
    }
    this.queue = new DueQueue(this.streams);
    if (count > 0) this.options.onSkipped({ count, fromMs, toMs });
  }
}
