import type { Signal } from "../../apps/device/simulate/signals";

/** What a signal shows over a span of time. */
export interface Sampled {
  /** The signal at equal distances, one of them for each column of a picture. */
  readonly values: readonly number[];
  /** Names of values that have one, by value, ascending. */
  readonly labels: ReadonlyMap<number, string>;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

export interface Span {
  readonly fromMs: number;
  readonly lengthMs: number;
}

/** More observations than these are not looked at; those that are lie at equal distances. */
const maxObservations = 20_000;

/** Observes a signal over a span of time as a sensor of that interval does. */
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
