import { hourMs, type Milliseconds } from "../../../../contract/values/fields";
import {
  type DeviceFault,
  type FaultType,
  faultTypes,
  type SensorFault,
} from "../../../../contract/models/faults";
import type { Random } from "../random";
import { Episodes, Outages } from "./episodes";

/** The kinds of faults as bits, in the order of `faultTypes`. */
export const faultBits = Object.fromEntries(faultTypes.map((type, index) => [type, 1 << index])) as Readonly<
  Record<FaultType, number>
>;

/** The names of the kinds whose bits are set. */
export function faultNames(bits: number): FaultType[] {
  return faultTypes.filter((type) => (bits & faultBits[type]) !== 0);
}

/** Faults by which an observation is sent later than others of its sensor. */
const delayingTypes: readonly FaultType[] = ["late", "out-of-order"];

/** The sensor that faults affect, without them. */
export interface FaultSubject {
  /** The time between two observations. */
  readonly intervalMs: Milliseconds;
  /** When the observation of a boundary is made. */
  timeOf(boundaryMs: number): number;
  /** The sensor's value without faults. */
  valueAt(timeMs: number): number;
  labelAt(timeMs: number): string | undefined;
}

/** How faults change one observation. */
export interface Verdict {
  /** {@link faultBits} of the faults that affect it. */
  kinds: number;
  /** It has no message. */
  isLost: boolean;
  value: number;
  label: string | undefined;
  /** The offset of the timestamp in its message. */
  skewMs: Milliseconds;
  /** How much later than possible it is sent. */
  delayMs: Milliseconds;
  /** It is sent after the next observation. */
  isOvertaken: boolean;
}

/** One fault of one sensor. */
interface Fault {
  readonly settings: DeviceFault;
  readonly bit: number;
  readonly episodes: Episodes;
  readonly random: Random;
}

/**
 * The faults of one sensor: its own and those of its device. The seed and the time alone determine which observations they affect, and
 * how. The faults of a device affect all of its sensors at once, because they use the random numbers of the device.
 */
export class SensorFaults {
  private readonly faults: readonly Fault[];
  private readonly verdict: Verdict = {
    kinds: 0,
    isLost: false,
    value: 0,
    label: undefined,
    skewMs: 0,
    delayMs: 0,
    isOvertaken: false,
  };
  private readonly delays: readonly Fault[];
  /** The longest delay of an observation. */
  readonly longestDelayMs: Milliseconds;
  /** When the device is offline and keeps its observations. */
  readonly outages: Outages;

  /** @param randoms the random numbers of the fault at an index of each list */
  constructor(
    private readonly subject: FaultSubject,
    declared: { readonly device: readonly DeviceFault[]; readonly sensor: readonly SensorFault[] },
    randoms: { readonly device: (index: number) => Random; readonly sensor: (index: number) => Random },
  ) {
    const faultOf = (settings: DeviceFault, random: Random): Fault => ({
      settings,
      bit: faultBits[settings.type],
      episodes: new Episodes(settings, subject.intervalMs, random),
      random,
    });
    this.faults = [
      ...declared.device.map((fault, index) => faultOf(fault, randoms.device(index))),
      ...declared.sensor.map((fault, index) => faultOf(fault, randoms.sensor(index))),
    ];
    const keeps = this.faults.filter(
      ({ settings }) => settings.type === "offline" && settings.meanwhile === "buffer",
    );
    this.outages = new Outages(keeps.map(({ episodes }) => episodes));
    this.delays = this.faults.filter(({ settings }) => delayingTypes.includes(settings.type));
    this.longestDelayMs = this.delays.reduce(
      (longest, { settings }) => (settings.type === "late" ? longest + settings.by : longest),
      0,
    );
  }

  /** Whether faults of its own hold any of its observations back. */
  get delaysAny(): boolean {
    return this.delays.length > 0;
  }

  /** Whether such a fault holds the observation of a boundary back, unless it is lost. Evaluates no values, which would take longer. */
  delaysAt(boundaryMs: number): boolean {
    return this.delays.some(({ episodes }) => !Number.isNaN(episodes.startAt(boundaryMs)));
  }

  /** Applies the faults to the observation of a boundary. The next call reuses the returned object. */
  judge(boundaryMs: number, timeMs: number): Readonly<Verdict> {
    const verdict = this.withoutFaults(timeMs);
    for (const fault of this.faults) {
      const start = fault.episodes.startAt(boundaryMs);
      if (!Number.isNaN(start)) this.apply(fault, start, boundaryMs, timeMs);
      // A lost observation has no message that other faults could change, and its loss has one reason.
      if (verdict.isLost) {
        verdict.kinds = fault.bit;
        break;
      }
    }
    return verdict;
  }

  private withoutFaults(timeMs: number): Verdict {
    const { verdict, subject } = this;
    verdict.kinds = 0;
    verdict.isLost = false;
    verdict.value = subject.valueAt(timeMs);
    verdict.label = subject.labelAt(timeMs);
    verdict.skewMs = 0;
    verdict.delayMs = 0;
    verdict.isOvertaken = false;
    return verdict;
  }

  private apply(fault: Fault, startMs: number, boundaryMs: number, timeMs: number): void {
    const { verdict } = this;
    const { settings } = fault;
    verdict.kinds |= fault.bit;
    switch (settings.type) {
      case "spike":
        verdict.value += fault.random.uniform(boundaryMs, signDraw) < 0.5 ? -settings.size : settings.size;
        break;
      case "stuck":
        this.hold(startMs);
        break;
      case "drift":
        verdict.value += (settings.perHour * (timeMs - startMs)) / hourMs;
        break;
      case "missing":
        verdict.isLost = true;
        break;
      case "late":
        verdict.delayMs += settings.by;
        break;
      case "out-of-order":
        verdict.isOvertaken = true;
        break;
      case "clock-skew":
        verdict.skewMs += (settings.ahead ?? 0) - (settings.behind ?? 0);
        break;
      case "offline":
        verdict.isLost = settings.meanwhile === "lose";
        break;
      case "duplicate":
      case "corrupt":
        break;
    }
  }

  /** Keeps the value of the first observation of an episode. */
  private hold(startMs: number): void {
    const { verdict, subject } = this;
    const first = subject.timeOf(Math.ceil(startMs / subject.intervalMs) * subject.intervalMs);
    verdict.value = subject.valueAt(first);
    verdict.label = subject.labelAt(first);
  }
}

/** Distinguishes this draw of a fault's random numbers from those of its episodes (0 and 1). */
const signDraw = 2;
