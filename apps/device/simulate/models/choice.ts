import type { ChoiceSettings } from "../../../../contract/models/models";
import type { Random } from "../random";
import { boundaryAt, countUpTo, type Model, type ModelMaker } from "./model";

/** One of several values, drawn by weight anew for each observation. */
export function choice({ values }: ChoiceSettings, intervalMs: number): ModelMaker {
  const total = values.reduce((sum, { weight }) => sum + weight, 0);
  let sum = 0;
  const ends = values.map(({ weight }) => (sum += weight) / total);
  return (random) => new ChoiceModel(values, ends, intervalMs, random);
}

class ChoiceModel implements Model {
  constructor(
    private readonly values: ChoiceSettings["values"],
    /** The end of each value's share of [0, 1). */
    private readonly ends: readonly number[],
    private readonly intervalMs: number,
    private readonly random: Random,
  ) {}

  valueAt(timeMs: number): number {
    return this.drawnAt(timeMs)?.value ?? 0;
  }

  labelAt(timeMs: number): string | undefined {
    return this.drawnAt(timeMs)?.label;
  }

  private drawnAt(timeMs: number): ChoiceSettings["values"][number] | undefined {
    const drawn = countUpTo(this.ends, this.random.uniform(boundaryAt(timeMs, this.intervalMs)));
    // Because of rounding, the last share may end just below 1.
    return this.values[Math.min(drawn, this.values.length - 1)];
  }
}
