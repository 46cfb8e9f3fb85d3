import type { GaussianSettings } from "../../../../contract/models/models";
import type { Random } from "../random";
import { boundaryAt, type Model, type ModelMaker } from "./model";

/** Normally distributed values, drawn anew for each observation. */
export function gaussian(settings: GaussianSettings, intervalMs: number): ModelMaker {
  return (random) => new GaussianModel(settings, intervalMs, random);
}

class GaussianModel implements Model {
  constructor(
    private readonly settings: GaussianSettings,
    private readonly intervalMs: number,
    private readonly random: Random,
  ) {}

  valueAt(timeMs: number): number {
    const { mean, deviation } = this.settings;
    return mean + deviation * this.random.gaussian(boundaryAt(timeMs, this.intervalMs));
  }
}
