import type { Random } from "../random";
import { boundaryAt, type Model, type ModelMaker } from "./model";

/** Tells the draws of noise from those of the model below it. */
const noiseDraw = 1;

/** A model with normally distributed noise on top, drawn anew for each observation; the model itself if there is none. */
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
