import type { UniformSettings } from "../../../../contract/models/models";
import type { Random } from "../random";
import { boundaryAt, type Model, type ModelMaker } from "./model";

/** Values spread evenly over [min, max), drawn anew for each observation. */
export function uniform(settings: UniformSettings, intervalMs: number): ModelMaker {
  return (random) => new UniformModel(settings, intervalMs, random);
}

class UniformModel implements Model {
  constructor(
    private readonly settings: UniformSettings,
    private readonly intervalMs: number,
    private readonly random: Random,
  ) {}

  valueAt(timeMs: number): number {
    const { min, max } = this.settings;
    return min + (max - min) * this.random.uniform(boundaryAt(timeMs, this.intervalMs));
  }
}
