import type { Signal } from "../../apps/device/simulate/signals";
import { dayMs } from "../../contract/values/fields";
import { parseExpression } from "../../contract/models/expression";
import type { SensorSettings } from "../../contract/models/sensor";

/** The values of a signal over a span of time. */
export interface Sampled {
  /** The signal at equal distances, one value for each column of a picture. */
  readonly values: readonly number[];
  /** The names of named values, by value, ascending. */
  readonly labels: ReadonlyMap<number, string>;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

export interface Span {
  readonly fromMs: number;
  readonly lengthMs: number;
}

/** The most observations that are computed, at equal distances. */
const maxObservations = 20_000;

/** Observes a signal over a span of time, as a sensor with this interval would. */
export function sampled(signal: Signal, intervalMs: number, span: Span, columns: number): Sampled {
  const observedMs = (timeMs: number) => Math.floor(timeMs / intervalMs) * intervalMs;
  const count = Math.min(Math.max(Math.floor(span.lengthMs / intervalMs) + 1, 2), maxObservations);
  const labels = new Map<number, string>();
  let [min, max, sum, mean] = [Infinity, -Infinity, 0, 0];
  for (let index = 0; index < count; index++) {
    const timeMs = observedMs(span.fromMs + (index * span.lengthMs) / (count - 1));
    const value = signal.valueAt(timeMs);
    [min, max, sum] = [Math.min(min, value), Math.max(max, value), sum + value];
    mean += value / count;
    const label = signal.labelAt(timeMs);
    if (label !== undefined) labels.set(value, label);
  }
  const values = Array.from({ length: columns }, (_, column) =>
    signal.valueAt(observedMs(span.fromMs + (column * span.lengthMs) / (columns - 1))),
  );
  const ascending = new Map([...labels].sort(([one], [other]) => one - other));
  return { values, labels: ascending, min, mean: Number.isFinite(sum) ? sum / count : mean, max };
}

/** How many independent observations fit well into a picture. */
const drawsShown = 120;
const wavesShown = 4;

/**
 * The span of time that shows a sensor's signal best: a few waves, a hundred draws, a week if its weekends differ, otherwise a day.
 * @param sensors all sensors of the device: a derived sensor has the longest span of its sources
 */
export function sensibleSpanMs(sensor: SensorSettings, sensors: readonly SensorSettings[]): number {
  const { model, interval } = sensor;
  switch (model.type) {
    case "sine":
      return Math.min(wavesShown * model.period, Math.max(dayMs, model.period));
    case "uniform":
    case "gaussian":
    case "choice":
      return Math.min(drawsShown * interval, dayMs);
    case "daily":
      return model.weekend === 1 ? dayMs : 7 * dayMs;
    case "counter":
      return Math.min(2 * model.resetEvery, dayMs);
    case "derived": {
      const parsed = parseExpression(model.expression);
      const names = parsed.kind === "expression" ? parsed.sensors : [];
      const sources = sensors.filter(({ name }) => names.includes(name));
      return sources.length === 0
        ? dayMs
        : Math.max(...sources.map((source) => sensibleSpanMs(source, sensors)));
    }
    default:
      return dayMs;
  }
}
