import type { Random } from "../random";

/**
 * Where a sensor's values come from: a pure function of time, the same whatever was asked before. Times are milliseconds since 1970. They are asked
 * for in ascending order as a rule, which models may be quick at.
 */
export interface Model {
  valueAt(timeMs: number): number;
  /** Name of the value, where values are categories. */
  labelAt?(timeMs: number): string | undefined;
}

/**
 * Makes the model of one device's sensor from the random numbers that belong to it. What does not depend on the device has been worked out
 * before, once for all of them.
 */
export type ModelMaker = (random: Random) => Model;

/**
 * The moment of a sensor's observation that a time belongs to: the last multiple of its interval since 1970. What is drawn anew for each
 * observation stays what it is until the next, so that sensors that are derived from it see what it showed.
 */
export function boundaryAt(timeMs: number, intervalMs: number): number {
  return Math.floor(timeMs / intervalMs) * intervalMs;
}
