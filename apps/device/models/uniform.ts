import type { Model } from "./model";

/** Values spread evenly over [0, 1). */
export function uniform(random: () => number = Math.random): Model {
  return { read: () => ({ value: random() }) };
}
