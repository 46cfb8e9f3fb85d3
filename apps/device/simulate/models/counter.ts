import type { CounterSettings } from "../../../../contract/models/models";
import type { Random } from "../random";
import { boundaryAt, type Model, type ModelMaker } from "./model";

/**
 * A value that grows with every observation. The first observation of each period shows `start`. `spread` shifts each value by up to half
 * an increment, so steps differ by up to a whole increment, and a value follows without the sum of all steps before it.
 */
export function counter(settings: CounterSettings, intervalMs: number): ModelMaker {
  return (random) => new CounterModel(settings, intervalMs, random);
}

class CounterModel implements Model {
  constructor(
    private readonly settings: CounterSettings,
    private readonly intervalMs: number,
    private readonly random: Random,
  ) {}

  valueAt(timeMs: number): number {
    const { start, increment, spread, resetEvery } = this.settings;
    const boundaryMs = boundaryAt(timeMs, this.intervalMs);
    const periodStartMs = Math.floor(boundaryMs / resetEvery) * resetEvery;
    const firstMs = Math.ceil(periodStartMs / this.intervalMs) * this.intervalMs;
    const steps = (boundaryMs - firstMs) / this.intervalMs;
    if (spread === 0 || steps === 0) return start + increment * steps;
    return start + increment * (steps + spread * (this.random.uniform(boundaryMs) - 0.5));
  }
}
