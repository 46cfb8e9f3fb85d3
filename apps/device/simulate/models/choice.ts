import type { ChoiceSettings } from "../../../../contract/models/models";
import type { Random } from "../random";
import { boundaryAt, type Model, type ModelMaker } from "./model";
import { countUpTo } from "./sorted";

/** One of several values by weight, drawn anew for each observation. */
export function choice({ values }: ChoiceSettings, intervalMs: number): ModelMaker {
  const total = values.reduce((sum, { weight }) => sum + weight, 0);
  let sum = 0;
  const ends = values.map(({ weight }) => (sum += weight) / total);
  return (random) => new ChoiceModel(values, ends, intervalMs, random);
}

class ChoiceModel implements Model {
  constructor(
    private readonly values: ChoiceSettings["values"],
    /** Where the share of each value of [0, 1) ends. */
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
    // The last share ends at 1 but for what additions of fractions lose.
    return this.values[Math.min(drawn, this.values.length - 1)];
  }
}
