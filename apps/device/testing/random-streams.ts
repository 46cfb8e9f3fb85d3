import type { DeviceFault, SensorFault } from "../../../contract/models/faults";
import { midnightMs, type StreamDescription } from "./streams";
import { randomFor } from "../simulate/random";

/** A sequence of random whole numbers and choices that a seed determines. */
export class Draws {
  private drawn = 0;
  private readonly random;

  constructor(seed: string) {
    this.random = randomFor(seed, "draws");
  }

  /** A whole number from 0 up to, but not including, `end`. */
  below(end: number): number {
    return Math.floor(this.random.uniform(this.drawn++) * end);
  }

  oneOf<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  chance(probability: number): boolean {
    return this.random.uniform(this.drawn++) < probability;
  }

  /** The same items in a random order. */
  shuffled<Item>(items: readonly Item[]): Item[] {
    const keyed = items.map((item) => ({ item, key: this.random.uniform(this.drawn++) }));
    return keyed.toSorted((one, other) => one.key - other.key).map(({ item }) => item);
  }
}

/** For how many intervals tests check a drawn sensor. */
export const drawnIntervals = 160;

/**
 * A random sensor with up to five faults of any types. Lengths are often multiples of the interval, and times often boundaries, because
 * most errors occur where several messages are due at the same time.
 */
export function drawStream(seed: string): StreamDescription {
  const draws = new Draws(seed);
  const intervalMs = draws.oneOf([10, 30, 250, 1_000, 7_000]);
  const length = (most: number) =>
    draws.chance(0.7) ? (1 + draws.below(most)) * intervalMs : 10 + draws.below(most * intervalMs);
  const timing = (needsFor: boolean) => ({
    ...(draws.chance(0.6)
      ? { probability: draws.oneOf([0.02, 0.1, 0.3, 0.7]) }
      : { at: Array.from({ length: 1 + draws.below(3) }, () => timeOf(draws, length(drawnIntervals))) }),
    ...((needsFor || draws.chance(0.5)) && { for: Math.max(10, length(12)) }),
  });
  const always = () => ({ for: 10, ...timing(true) });
  const sensorFault = (): SensorFault =>
    draws.oneOf<() => SensorFault>([
      () => ({ type: "spike", size: 5, ...timing(false) }),
      () => ({ type: "stuck", ...always() }),
      () => ({ type: "drift", perHour: 100, ...always() }),
      () => ({ type: "missing", ...timing(false) }),
      () => ({ type: "duplicate", ...timing(false) }),
      () => ({ type: "late", by: Math.max(10, length(20)), ...timing(false) }),
      () => ({ type: "late", by: Math.max(10, length(3)), ...timing(false) }),
      () => ({ type: "out-of-order", ...timing(false) }),
      () => ({ type: "clock-skew", ahead: length(5), ...timing(false) }),
      () => ({ type: "corrupt", ...timing(false) }),
    ])();
  const deviceFault = (): DeviceFault =>
    draws.oneOf<() => DeviceFault>([
      sensorFault,
      () => ({ type: "offline", meanwhile: "buffer", ...always() }),
      () => ({ type: "offline", meanwhile: "buffer", ...always() }),
      () => ({ type: "offline", meanwhile: "lose", ...always() }),
    ])();
  return {
    seed,
    intervalMs,
    jitterMs: draws.chance(0.5) ? 0 : 1 + draws.below(intervalMs),
    deviceFaults: Array.from({ length: draws.below(4) }, deviceFault),
    sensorFaults: Array.from({ length: draws.below(3) }, sensorFault),
  };
}

/** A time of the day or a single time, in the form of the settings. */
function timeOf(draws: Draws, afterMs: number): string {
  const text = new Date(midnightMs + afterMs).toISOString();
  return draws.chance(0.3) ? text.slice(11, 19) : text;
}
