import type { SineSettings } from "../../../../contract/models/models";
import type { Model, ModelMaker } from "./model";
import { withNoise } from "./noise";

/** A sine wave around a mean. */
export function sine(settings: SineSettings, intervalMs: number): ModelMaker {
  const model = new SineModel(settings);
  return withNoise(() => model, settings.noise, intervalMs);
}

class SineModel implements Model {
  constructor(private readonly settings: SineSettings) {}

  valueAt(timeMs: number): number {
    const { mean, amplitude, period, phase } = this.settings;
    // What is left of the period is exact; an angle of many turns would not be.
    return mean + amplitude * Math.sin((2 * Math.PI * ((timeMs - phase) % period)) / period);
  }
}
