import type { Random } from "../random";

/**
 * The source of a sensor's values: a pure function of time, independent of earlier calls. Times are milliseconds since 1970. Most calls
 * are in ascending order of time, and models may be faster then.
 */
export interface Model {
  valueAt(timeMs: number): number;
  /** The name of the value, where values are categories. */
  labelAt?(timeMs: number): string | undefined;
}

/**
 * Makes the model of one device's sensor from the random numbers of that sensor. Everything that does not depend on the device has been
 * computed before, once for all devices.
 */
export type ModelMaker = (random: Random) => Model;

/**
 * The boundary of the observation that a time belongs to: the last multiple of the sensor's interval since 1970. A value that is drawn
 * anew for each observation stays the same until the next, so that derived sensors see the value that the sensor showed.
 */
export function boundaryAt(timeMs: number, intervalMs: number): number {
  return Math.floor(timeMs / intervalMs) * intervalMs;
}

/** How many numbers of an ascending list are less than or equal to a value. */
export function countUpTo(ascending: ArrayLike<number>, value: number): number {
  let from = 0;
  let to = ascending.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ascending[middle] ?? Infinity) <= value) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Distinguishes the draws of noise from those of the model. */
const noiseDraw = 1;

/** Adds normally distributed noise to a model, drawn anew for each observation. @returns the model itself if there is no noise */
export function withNoise(maker: ModelMaker, deviation: number, intervalMs: number): ModelMaker {
  if (deviation === 0) return maker;
  return (random) => new NoisyModel(maker(random), random, deviation, intervalMs);
}

class NoisyModel implements Model {
  constructor(
    private readonly model: Model,
    private readonly random: Random,
    private readonly deviation: number,
    private readonly intervalMs: number,
  ) {}

  valueAt(timeMs: number): number {
    const noise = this.random.gaussian(boundaryAt(timeMs, this.intervalMs), noiseDraw);
    return this.model.valueAt(timeMs) + this.deviation * noise;
  }

  labelAt(timeMs: number): string | undefined {
    return this.model.labelAt?.(timeMs);
  }
}
