import type { Milliseconds } from "../../../contract/values/fields";
import { faultBits, type FaultSubject, type SensorFaults } from "./faults/sensor-faults";
import { Marks } from "./observation";
import type { Mark } from "./observation";
import { type DelayedObservation, DelayedObservations } from "./observation";

/** What a sensor shows at a time, without faults. Times are milliseconds since 1970. */
export interface SensorSignal {
  valueAt(timeMs: number): number;
  labelAt(timeMs: number): string | undefined;
}

/** Receives the observations of sensors, in the order in which they are sent. */
export interface ObservationSink {
  /** @param mark the label of the value, or a {@link Mark} if anything else is unusual about the observation */
  push(
    sensor: number,
    seq: number,
    timestampMs: number,
    value: number,
    mark: string | Mark | undefined,
  ): void;
  /** The same observation once more, as a declared fault requires. */
  pushDuplicate(sensor: number, seq: number, timestampMs: number, value: number, mark: Mark): void;
  /** Declared faults of these kinds (`faultBits`) affect an observation. A lost one has no message. */
  struck(sensor: number, seq: number, timeMs: number, kinds: number, isLost: boolean): void;
}

export interface SensorStreamSettings {
  /** The sensor's number in the process. Sensors due at the same time are observed in this order. */
  readonly index: number;
  readonly intervalMs: Milliseconds;
  /** Decimal places to which a value that faults have changed is rounded, like the signal itself. */
  readonly precision: number | undefined;
  readonly signal: SensorSignal;
  /** How long after its boundary an observation is made: less than the interval, and always the same for the same boundary. */
  readonly jitter?: (boundaryMs: number) => Milliseconds;
  readonly faults?: (subject: FaultSubject) => SensorFaults;
}

/** A position in the order in which a sensor's messages are sent. */
interface Place {
  readonly dueMs: number;
  /** 1 if a fault held the message back: it comes after other messages that are due at the same time. */
  readonly delayed: 0 | 1;
  readonly timeMs: number;
}

/**
 * The observations of one sensor in the order in which they are sent: one for each boundary, a multiple of the interval since 1970.
 * The order follows from the settings alone, so a device can resume it after any message.
 */
export class SensorStream implements FaultSubject {
  readonly index: number;
  readonly intervalMs: Milliseconds;
  /** When {@link step} is due: the time of the next observation, or of one that was held back. */
  dueMs = Infinity;
  /** The boundary to observe next. It only grows, so no boundary is observed twice. */
  private boundaryMs = Number.NaN;
  private boundaryDueMs = Infinity;
  private seq = 0;
  /** Whether observations still wait behind those that an outage has kept. */
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

  /** Starts with the first boundary at or after a time. */
  startAt(timeMs: number): void {
    this.goTo(this.boundaryFrom(timeMs));
  }

  /** The time of the next observation, whenever it is sent. */
  get nextTimeMs(): number {
    return this.timeOf(this.boundaryMs);
  }

  /** Evaluates the model once in advance, so that what models compute only once does not make the first observation late. */
  prepare(): void {
    this.valueAt(this.nextTimeMs);
  }

  /**
   * Notes that an earlier run of the device has written a message of the observation at this time. Calls may come in any order.
   * @param wasHeldBack whether a fault such as `late` held it back, by the message's label: other faults may have been declared then
   */
  noteWritten(observedAtMs: number, wasHeldBack: boolean): void {
    const boundaryMs = this.boundaryAt(observedAtMs);
    const place = wasHeldBack ? this.placeOf(boundaryMs) : this.ownPlaceOf(boundaryMs);
    if (this.lastWritten === undefined || comparePlaces(place, this.lastWritten) > 0)
      this.lastWritten = place;
  }

  /** When the last message that an earlier run has written was due; undefined if none is known. */
  get writtenUpToMs(): number | undefined {
    return this.lastWritten?.dueMs;
  }

  /**
   * Continues after the last message that was written, including the observations that were held back then.
   * @param beginMs the time of the sensor's first observation, if it is known: nothing older can have been held back
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

  /** Skips the boundaries that were due before a time. @returns how many it skipped */
  skipBefore(timeMs: number): number {
    const { boundaryMs: fromMs, intervalMs } = this;
    // Observations that an outage kept were made at their time. They are not skipped because sending them takes a while.
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

  /** Whether the next observation was kept by an outage, or waits behind one that was. There may be very many, and they can wait for room. */
  get isCatchingUp(): boolean {
    if (this.dueMs !== this.boundaryDueMs) return false;
    return this.isBehind || this.boundaryDueMs > this.timeOf(this.boundaryMs);
  }

  /** Lets the observations that an outage kept, and all after them, wait until a time. */
  postpone(untilMs: number): void {
    this.isBehind = true;
    this.boundaryDueMs = untilMs;
    this.dueMs = Math.min(untilMs, this.delayed?.first?.dueMs ?? Infinity);
  }

  /** Makes one step of catching up. */
  catchUp(nowMs: number): void {
    this.step();
    if (this.boundaryDueMs > nowMs) this.isBehind = false;
  }

  /** Makes the next observation or sends one that was held back, whichever is due first. */
  step(): void {
    const held = this.delayed?.first;
    if (held !== undefined && held.dueMs < this.boundaryDueMs) this.release(held);
    else this.observe();
    this.goTo(this.boundaryMs);
  }

  /** Makes all observations up to a time and sends all that are held back: the device stops, and would forget them. */
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

  /** The first boundary at or after a time. */
  private boundaryFrom(timeMs: number): number {
    return Math.ceil(timeMs / this.intervalMs) * this.intervalMs;
  }

  /** The last boundary at or before a time. */
  private boundaryAt(timeMs: number): number {
    return Math.floor(timeMs / this.intervalMs) * this.intervalMs;
  }

  /** The first boundary after one, and up to another, for which `holds` is true; it is then true for all later ones. */
  private firstBoundary(afterMs: number, upToMs: number, holds: (boundaryMs: number) => boolean): number {
    let low = 1;
    let high = (upToMs - afterMs) / this.intervalMs;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (holds(afterMs + middle * this.intervalMs)) high = middle;
      else low = middle + 1;
    }
    return afterMs + low * this.intervalMs;
  }

  /** A boundary so early that no observation before it can have been held back beyond the last written message. */
  private earliestHeldBack(written: Place): number {
    if (this.faults?.delaysAny !== true) return Infinity;
    const { outages, longestDelayMs } = this.faults;
    const since = (timeMs: number) => outages.beginAt(timeMs - 1);
    // An outage can hold back a delayed observation, and a delay one that an outage kept. An observation can also wait for the next one,
    // and for its jitter: two more intervals.
    const earliestMs = since(since(written.dueMs) - longestDelayMs) - 2 * this.intervalMs;
    return this.boundaryAt(Math.min(written.timeMs, earliestMs));
  }

  private goTo(boundaryMs: number): void {
    this.boundaryMs = boundaryMs;
    this.boundaryDueMs = this.dueOf(boundaryMs);
    this.dueMs = Math.min(this.boundaryDueMs, this.delayed?.first?.dueMs ?? Infinity);
  }

  /** When the observation of a boundary is sent, unless a fault of its own holds it back. */
  private dueOf(boundaryMs: number): number {
    const timeMs = this.timeOf(boundaryMs);
    return this.faults === undefined ? timeMs : Math.max(timeMs, this.faults.outages.endAt(boundaryMs));
  }

  /** The position of a boundary's observation, unless a fault of its own holds it back. */
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

  /** A value that faults have changed, as messages show it: rounded and finite. */
  private shown(value: number, timeMs: number): number {
    const { precision } = this.settings;
    const finite = Number.isFinite(value) ? value : this.valueAt(timeMs);
    return precision === undefined ? finite : Number(finite.toFixed(precision));
  }
}

function comparePlaces(one: Place, other: Place): number {
  return one.dueMs - other.dueMs || one.delayed - other.delayed || one.timeMs - other.timeMs;
}
