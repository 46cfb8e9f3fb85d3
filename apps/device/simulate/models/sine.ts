import { type Model, type ModelMaker, withNoise } from "./model";
import type { SineSettings } from "../../../../contract/models/models";

/** A sine wave around a mean. */
export function sine(settings: SineSettings, intervalMs: number): ModelMaker {
  const model = new SineModel(settings);
  return withNoise(() => model, settings.noise, intervalMs);
}

class SineModel implements Model {
  constructor(private readonly settings: SineSettings) {}

  valueAt(timeMs: number): number {
    const { mean, amplitude, period, phase } = this.settings;
    // The remainder within a period is exact. An angle of many turns would not be.
    return mean + amplitude * Math.sin((2 * Math.PI * ((timeMs - phase) % period)) / period);
  }
}
