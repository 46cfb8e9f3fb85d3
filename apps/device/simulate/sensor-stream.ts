import type { Milliseconds } from "../../../contract/values/fields";
import { type DelayedObservation, DelayedObservations } from "./delayed-observations";
import { faultBits, type FaultSubject, type SensorFaults } from "./faults/sensor-faults";
import { Marks } from "./marks";
import type { Mark } from "./observation";

/** What a sensor shows at a moment, without faults. */
export interface SensorSignal {
  valueAt(timeMs: number): number;
  labelAt(timeMs: number): string | undefined;
}

/** Takes what sensors observe, in the order in which it is to be sent. */
export interface ObservationSink {
  /** @param mark the value's label, or that and whatever else is unusual about the observation. */
  push(
    sensor: number,
    seq: number,
    timestampMs: number,
    value: number,
    mark: string | Mark | undefined,
  ): void;
  /** The same once more, as declared. */
  pushDuplicate(sensor: number, seq: number, timestampMs: number, value: number, mark: Mark): void;
  /** Declared faults of these kinds (`faultBits`) have struck an observation; there is no message of it if it is lost. */
  struck(sensor: number, seq: number, timeMs: number, kinds: number, isLost: boolean): void;
}

export interface SensorStreamSettings {
  /** The sensor's place among all sensors of the process; of those due at the same time, the first comes first. */
  readonly index: number;
  readonly intervalMs: Milliseconds;
  /** Rounds what faults made of a value like the signal itself. */
  readonly precision: number | undefined;
  readonly signal: SensorSignal;
  /** How long after its boundary an observation is made: less than the interval, and always the same for the same boundary. */
  readonly jitter?: (boundaryMs: number) => Milliseconds;
  readonly faults?: (subject: FaultSubject) => SensorFaults;
}

/** A place in the order in which a sensor's messages are sent. */
interface Place {
  readonly dueMs: number;
  /** 1 if it was held back by a fault: it comes after what is due at the same time by itself. */
  readonly delayed: 0 | 1;
  readonly timeMs: number;
}

/**
 * One sensor's observations in the order in which they are sent. There is one for every boundary, a multiple of the interval since
 * 1970. The order follows from the settings alone, so that it can be taken up after any message.
 */
export class SensorStream implements FaultSubject {
  readonly index: number;
  readonly intervalMs: Milliseconds;
  /** When the next step is to be made: the time of the next observation, or of one that was held back. */
  dueMs = Infinity;
  /** The boundary to observe next. It only ever grows, so that none is observed twice. */
  private boundaryMs = Number.NaN;
  private boundaryDueMs = Infinity;
  private seq = 0;
  /** Whether it still waits behind what an outage has kept. */
  private isBehind = false;
  private readonly marks = new Marks();
  private readonly faults: SensorFaults | undefined;
  private readonly delayed: DelayedObservations | undefined;
  private lastWritten: Place | undefined;

  constructor(
    private readonly settings: SensorStreamSettings,
    private readonly sink: ObservationSink,
  ) {
    this.index = settings.index;
    this.intervalMs = settings.intervalMs;
    this.faults = settings.faults?.(this);
    if (this.faults) this.delayed = new DelayedObservations();
  }

  valueAt(timeMs: number): number {
    return this.settings.signal.valueAt(timeMs);
  }

  labelAt(timeMs: number): string | undefined {
    return this.settings.signal.labelAt(timeMs);
  }

  timeOf(boundaryMs: number): number {
    const { jitter } = this.settings;
    return jitter === undefined ? boundaryMs : boundaryMs + jitter(boundaryMs);
  }

  /** Starts with the first boundary that is not before a time. */
  startAt(timeMs: number): void {
    this.goTo(this.boundaryFrom(timeMs));
  }

  /** The time of the observation to make next, whenever that is sent. */
  get nextTimeMs(): number {
    return this.timeOf(this.boundaryMs);
  }

  /** Looks at the sensor once before it counts: models work out what they keep, which would make the first observation late. */
  prepare(): void {
    this.valueAt(this.nextTimeMs);
  }

  /**
   * An earlier life of the device has written a message of what was observed at this time. Calls come in any order.
   * @param wasHeldBack by a fault, such as `late`, as the message's label says: faults may have been declared otherwise then.
   */
  noteWritten(observedAtMs: number, wasHeldBack: boolean): void {
    const boundaryMs = this.boundaryAt(observedAtMs);
    const place = wasHeldBack ? this.placeOf(boundaryMs) : this.ownPlaceOf(boundaryMs);
    if (this.lastWritten === undefined || comparePlaces(place, this.lastWritten) > 0)
      this.lastWritten = place;
  }

  /** When the last message was due that an earlier life has written; undefined if none is known. */
  get writtenUpToMs(): number | undefined {
    return this.lastWritten?.dueMs;
  }

  /**
   * Goes on after the last message that was written, with what was held back then.
   * @param beginMs when the sensor's first observation was, if that is known: nothing older can have been held back.
   */
  resume(beginMs = -Infinity): void {
    const written = this.lastWritten;
    if (written === undefined) return;
    const writtenMs = this.boundaryAt(written.timeMs);
    const nextMs = this.firstBoundary(
      writtenMs,
      this.boundaryFrom(written.dueMs + 1),
      (boundaryMs) => comparePlaces(this.ownPlaceOf(boundaryMs), written) > 0,
    );
    const firstMs = Math.max(this.earliestHeldBack(written), this.boundaryFrom(beginMs));
    for (let boundaryMs = firstMs; boundaryMs < nextMs; boundaryMs += this.intervalMs) {
      const isDelayed = this.faults?.delaysAt(boundaryMs) === true && boundaryMs !== writtenMs;
      if (!isDelayed || comparePlaces(this.placeOf(boundaryMs), written) <= 0) continue;
      this.boundaryMs = boundaryMs;
      this.observe();
    }
    this.goTo(nextMs);
  }

  /** Leaves out the boundaries that were due before a time; tells how many. */
  skipBefore(timeMs: number): number {
    const { boundaryMs: fromMs, intervalMs } = this;
    // What an outage has kept was observed at its time: that sending all of it takes a while is no reason to skip it.
    const isKept = this.boundaryDueMs > this.nextTimeMs;
    if (this.boundaryDueMs >= timeMs || isKept || this.isBehind) return 0;
    const nextMs = this.firstBoundary(
      fromMs,
      this.boundaryFrom(timeMs),
      (boundaryMs) => this.dueOf(boundaryMs) >= timeMs,
    );
    this.goTo(nextMs);
    return (nextMs - fromMs) / intervalMs;
  }

  /** Whether what comes next was kept by an outage, of which there may be very much, or had to wait behind that: it can wait for room. */
  get isCatchingUp(): boolean {
    if (this.dueMs !== this.boundaryDueMs) return false;
    return this.isBehind || this.boundaryDueMs > this.timeOf(this.boundaryMs);
  }

  /** What an outage has kept, and all that comes after it, waits until a time. */
  postpone(untilMs: number): void {
    this.isBehind = true;
    this.boundaryDueMs = untilMs;
    this.dueMs = Math.min(untilMs, this.delayed?.first?.dueMs ?? Infinity);
  }

  /** Does a step of catching up at this time. */
  catchUp(nowMs: number): void {
    this.step();
    if (this.boundaryDueMs > nowMs) this.isBehind = false;
  }

  /** Observes, or sends what was held back, whatever is due next. */
  step(): void {
    const held = this.delayed?.first;
    if (held !== undefined && held.dueMs < this.boundaryDueMs) this.release(held);
    else this.observe();
    this.goTo(this.boundaryMs);
  }

  /** Makes what is still to be observed up to a time, and sends all that is held back: the device ends, and would forget it. */
  flush(timeMs: number): void {
    for (;;) {
      const held = this.delayed?.first;
      const isObserved = this.nextTimeMs <= timeMs;
      if (held !== undefined && (!isObserved || held.dueMs < this.boundaryDueMs)) this.release(held);
      else if (isObserved) this.observe();
      else return;
      this.goTo(this.boundaryMs);
    }
  }

  /** The first boundary that is not before a time. */
  private boundaryFrom(timeMs: number): number {
    return Math.ceil(timeMs / this.intervalMs) * this.intervalMs;
  }

  /** The last boundary that is not after a time. */
  private boundaryAt(timeMs: number): number {
    return Math.floor(timeMs / this.intervalMs) * this.intervalMs;
  }

  /** The first boundary after one, and up to another, for which something holds that holds for all later ones too. */
  private firstBoundary(afterMs: number, upToMs: number, holds: (boundaryMs: number) => boolean): number {
    let least = 1;
    let most = (upToMs - afterMs) / this.intervalMs;
    while (least < most) {
      const middle = Math.floor((least + most) / 2);
      if (holds(afterMs + middle * this.intervalMs)) most = middle;
      else least = middle + 1;
    }
    return afterMs + least * this.intervalMs;
  }

  /** A boundary so early that no earlier one can have been held back until after a message was written. */
  private earliestHeldBack(written: Place): number {
    if (this.faults?.delaysAny !== true) return Infinity;
    const { outages, longestDelayMs } = this.faults;
    const since = (timeMs: number) => outages.beginAt(timeMs - 1);
    // Outages hold back what was delayed already, and delays what was kept by an outage; the next one is waited for, and jitter.
    const earliestMs = since(since(written.dueMs) - longestDelayMs) - 2 * this.intervalMs;
    return this.boundaryAt(Math.min(written.timeMs, earliestMs));
  }

  private goTo(boundaryMs: number): void {
    this.boundaryMs = boundaryMs;
    this.boundaryDueMs = this.dueOf(boundaryMs);
    this.dueMs = Math.min(this.boundaryDueMs, this.delayed?.first?.dueMs ?? Infinity);
  }

  /** When the observation of a boundary is sent, unless it is held back by itself. */
  private dueOf(boundaryMs: number): number {
    const timeMs = this.timeOf(boundaryMs);
    return this.faults === undefined ? timeMs : Math.max(timeMs, this.faults.outages.endAt(boundaryMs));
  }

  /** Where the observation of a boundary is sent, unless it is held back by itself. */
  private ownPlaceOf(boundaryMs: number): Place {
    return { dueMs: this.dueOf(boundaryMs), delayed: 0, timeMs: this.timeOf(boundaryMs) };
  }

  private placeOf(boundaryMs: number): Place {
    const place = this.ownPlaceOf(boundaryMs);
    if (this.faults?.delaysAt(boundaryMs) !== true) return place;
    const { delayMs, isOvertaken, isLost } = this.faults.judge(boundaryMs, place.timeMs);
    if (isLost) return place;
    const dueMs = this.delayedDueMs(boundaryMs, place.dueMs, delayMs, isOvertaken);
    return { ...place, dueMs, delayed: 1 };
  }

  private delayedDueMs(boundaryMs: number, dueMs: number, delayMs: number, isOvertaken: boolean): number {
    const lateMs = (isOvertaken ? this.dueOf(boundaryMs + this.intervalMs) : dueMs) + delayMs;
    return this.faults?.outages.endAt(lateMs) ?? lateMs;
  }

  /** Makes the observation of the next boundary, and sends it or holds it back. */
  private observe(): void {
    const { boundaryMs, faults } = this;
    const timeMs = this.timeOf(boundaryMs);
    const seq = this.seq++;
    this.boundaryMs += this.intervalMs;
    if (faults === undefined) {
      const { signal } = this.settings;
      this.sink.push(this.index, seq, timeMs, signal.valueAt(timeMs), signal.labelAt(timeMs));
      return;
    }
    const verdict = faults.judge(boundaryMs, timeMs);
    const { kinds, delayMs, isOvertaken, skewMs, label } = verdict;
    if (kinds !== 0) this.sink.struck(this.index, seq, timeMs, kinds, verdict.isLost);
    if (verdict.isLost) {
      this.marks.noteLost(kinds);
      return;
    }
    const value = kinds === 0 ? verdict.value : this.shown(verdict.value, timeMs);
    const timestampMs = timeMs + skewMs;
    if (delayMs === 0 && !isOvertaken) {
      this.send(seq, timestampMs, value, this.marks.ofSent(kinds, label, timeMs));
    } else {
      const dueMs = this.delayedDueMs(boundaryMs, this.dueOf(boundaryMs), delayMs, isOvertaken);
      const mark = this.marks.ofHeldBack(kinds, label, timeMs, dueMs);
      this.delayed?.add({ dueMs, seq, timestampMs, value, mark });
    }
  }

  private release(held: DelayedObservation): void {
    this.delayed?.removeFirst();
    this.send(held.seq, held.timestampMs, held.value, held.mark);
  }

  private send(seq: number, timestampMs: number, value: number, mark: string | Mark | undefined): void {
    this.sink.push(this.index, seq, timestampMs, value, mark);
    if (typeof mark === "object" && (mark.kinds & faultBits.duplicate) !== 0)
      this.sink.pushDuplicate(this.index, seq, timestampMs, value, {
        ...mark,
        lost: undefined,
        held: undefined,
      });
  }

  /** What faults have made of a value, as it is shown: rounded, and not beyond what a number can be. */
  private shown(value: number, timeMs: number): number {
    const { precision } = this.settings;
    const finite = Number.isFinite(value) ? value : this.valueAt(timeMs);
    return precision === undefined ? finite : Number(finite.toFixed(precision));
  }
}

function comparePlaces(one: Place, other: Place): number {
  return one.dueMs - other.dueMs || one.delayed - other.delayed || one.timeMs - other.timeMs;
}
