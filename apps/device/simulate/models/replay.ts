import { countUpTo, type Model, type ModelMaker } from "./model";
import type { ReplayTable } from "../../../../contract/models/replay-table";
import type { ReplaySettings } from "../../../../contract/models/models";

/**
 * Recorded values, each held until the next. The recording repeats without a pause, counted from 1970. If it has times, its last value
 * lasts as long as the one before.
 */
export function replay(settings: ReplaySettings, table: ReplayTable, intervalMs: number): ModelMaker {
  const { values, timesMs } = table;
  const holdMs = settings.every ?? intervalMs;
  const model =
    timesMs === undefined ? new EvenReplay(values, holdMs) : new TimedReplay(values, timesMs, holdMs);
  return () => model;
}

/** Each value lasts equally long. */
class EvenReplay implements Model {
  constructor(
    private readonly values: Float64Array,
    private readonly holdMs: number,
  ) {}

  valueAt(timeMs: number): number {
    return this.values[Math.floor(timeMs / this.holdMs) % this.values.length] ?? 0;
  }
}

/** Each value lasts until the time of the next. */
class TimedReplay implements Model {
  private readonly lengthMs: number;

  constructor(
    private readonly values: Float64Array,
    private readonly timesMs: Float64Array,
    onlyHoldMs: number,
  ) {
    const last = timesMs.at(-1) ?? 0;
    const beforeLast = timesMs.at(-2);
    this.lengthMs = last + (beforeLast === undefined ? onlyHoldMs : last - beforeLast);
  }

  valueAt(timeMs: number): number {
    return this.values[countUpTo(this.timesMs, timeMs % this.lengthMs) - 1] ?? 0;
  }
}
