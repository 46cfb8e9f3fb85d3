import type { DeviceTime } from "./clock";
import type { Lateness } from "../report/lateness";
import type { SensorStream } from "./sensor-stream";

/** What a timeline reports beside the observations. */
export interface TimelineEvents {
  /** A stall, a suspended machine or a clock set forward left no time for these observations, of all sensors together. */
  onSkipped(skipped: { readonly count: number; readonly fromMs: number; readonly toMs: number }): void;
  /** The clock was set back. Nothing is observed until it has reached its former time again. */
  onClockSetBack(byMs: number): void;
}

export interface TimelineOptions extends TimelineEvents {
  readonly time: DeviceTime;
  readonly lateness: Lateness;
  /**
   * Whether all past observations are made, however old they are, as fast as `hasRoom` allows. Otherwise those older than
   * {@link latestTickMs} are skipped.
   */
  readonly makesUp: boolean;
  /** Asked before each step that can wait: all steps while past observations are made, and those that an outage has kept. */
  readonly hasRoom: () => boolean;
  /** Called once all past observations are made. */
  readonly onPresent?: () => void;
}

/**
 * How late a tick may come and still count as an observation of its time. If it comes later, nobody read the sensor at that time, and
 * an invented value would hide the stall.
 */
export const latestTickMs = 2_000;

/** The longest wait before the clock is read again: it may have been set meanwhile. */
const longestSleepMs = 1_000;
/** Smaller steps back are corrections of a clock that runs, not a clock that was set. */
const setBackFromMs = 100;
/** After so many steps, some milliseconds of work, the other tasks of the process get their turn. */
const stepsAtOnce = 16_384;
/** A tick that is less late than this is in the present: a timer is never quite exact. */
const presentWithinMs = 1_000;

/** Often enough to keep brokers busy, and rarely enough to cost little for ten thousand devices that come back at once. */
const postponedByMs = 50;

/** Makes the observations of all sensors at their times, with a single timer for any number of sensors. */
export class Timeline {
  private queue = new DueQueue<SensorStream>([]);
  private cancel: (() => void) | undefined;
  private running = false;
  private latestNowMs = -Infinity;
  private isPresent = false;
  private waitsForRoom = false;

  constructor(
    private readonly streams: readonly SensorStream[],
    private readonly options: TimelineOptions,
  ) {}

  /** Starts at the positions that the streams have at this moment. */
  start(): void {
    this.queue = new DueQueue(this.streams);
    this.running = true;
    this.sleep();
  }

  stop(): void {
    this.running = false;
    this.cancel?.();
    this.cancel = undefined;
  }

  /**
   * Stops. Unless past observations are made after a restart, it first makes those that came due just now and sends those that are held
   * back: they would be forgotten.
   */
  end(): void {
    if (!this.running) return;
    this.stop();
    const { time, makesUp } = this.options;
    if (makesUp) return;
    const now = time.now();
    this.skip(now - latestTickMs);
    for (const stream of this.streams) stream.flush(now);
  }

  /** Continues if the timeline waits for room: there may be some again. */
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

  /** The observations that an outage has kept come all at once: they wait for room, while the sensors go on with those of now. */
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

  /** Moves every sensor past the observations that are too old to be made. */
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

/**
 * A binary heap of items by when they are due, for very many items that each become due again and again. Items due at the same time come
 * in the order of the list, so that the order depends on nothing else.
 */
class DueQueue<Item extends { readonly dueMs: number }> {
  /** By position in the heap. The times lie beside the items, because following a reference at each comparison is slow. */
  private readonly items: Uint32Array;
  private readonly times: Float64Array;

  constructor(private readonly list: readonly Item[]) {
    this.items = Uint32Array.from(list.keys());
    this.times = Float64Array.from(list, ({ dueMs }) => dueMs);
    for (let place = (list.length >> 1) - 1; place >= 0; place--) this.sink(place);
  }

  /** The item that is due first. */
  get first(): Item | undefined {
    return this.list[this.items[0] ?? -1];
  }

  /** When the first item is due; Infinity if there is none. */
  get firstDueMs(): number {
    return this.times[0] ?? Infinity;
  }

  /** Moves the first item to its new position: it is due at a later time now. */
  firstChanged(): void {
    if (this.first === undefined) return;
    this.times[0] = this.first.dueMs;
    this.sink(0);
  }

  private sink(from: number): void {
    const { items, times } = this;
    const size = items.length;
    const item = items[from] ?? 0;
    const time = times[from] ?? 0;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && this.isBefore(child + 1, times[child] ?? 0, items[child] ?? 0)) child++;
      if (!this.isBefore(child, time, item)) break;
      items[place] = items[child] ?? 0;
      times[place] = times[child] ?? 0;
      place = child;
    }
    items[place] = item;
    times[place] = time;
  }

  private isBefore(place: number, time: number, item: number): boolean {
    const other = this.times[place] ?? 0;
    return other < time || (other === time && (this.items[place] ?? 0) < item);
  }
}
