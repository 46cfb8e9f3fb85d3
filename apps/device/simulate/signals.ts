import { derivedProblems } from "../../../contract/models/derived-problems";
import type { SensorSettings } from "../../../contract/models/sensor";
import { type ModelContext, prepareModel } from "./models";
import type { Model } from "./models/model";
import { randomFor } from "./random";

/** The values of a sensor without faults, as a function of time. Times are milliseconds since 1970. */
export interface Signal {
  /** The value of the sensor's model, limited to the sensor's bounds, then rounded; always finite. */
  valueAt(timeMs: number): number;
  /** The name of the value, where values are categories. */
  labelAt(timeMs: number): string | undefined;
}

/** What the signals of all devices share. */
export interface SignalContext {
  /** The stack's seed. */
  readonly seed: string;
  /** Reads the recorded values of a replay model. */
  readonly replayTable: ModelContext["replayTable"];
}

/**
 * Prepares the signals of devices that all have the same sensors. Everything that does not depend on the device is computed here, once.
 * @returns a function that makes the signals of one device, in the order of the sensors
 * @throws Error that lists all problems of the expressions of derived sensors
 */
export function prepareSignals(
  sensors: readonly SensorSettings[],
  { seed, replayTable }: SignalContext,
): (device: string) => Signal[] {
  const problems = derivedProblems(sensors);
  if (problems.length > 0) {
    const lines = problems.map(({ index, reason }) => `sensor "${sensors[index]?.name ?? ""}": ${reason}`);
    throw new Error(lines.join("\n"));
  }
  const sensorNames = sensors.map(({ name }) => name);
  const prepared = sensors.map(({ name, interval, model, min, max, precision }) => ({
    name,
    maker: prepareModel(model, { intervalMs: interval, sensorNames, replayTable }),
    limits: { min, max, scale: precision === undefined ? undefined : 10 ** precision },
  }));
  return (device) => {
    // Derived signals read this list when they are evaluated. It is complete by then, whatever the order of the sensors.
    const signals: Signal[] = [];
    for (const { name, maker, limits } of prepared)
      signals.push(new LimitedSignal(maker(signals)(randomFor(seed, device, name)), limits));
    return signals;
  };
}

/** The signals of one device's sensors, in their order. For many devices, call {@link prepareSignals} once instead. */
export function signalsOf(
  sensors: readonly SensorSettings[],
  { device, ...context }: SignalContext & { readonly device: string },
): Signal[] {
  return prepareSignals(sensors, context)(device);
}

interface Limits {
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** A power of 10: multiplied by it and rounded, a value keeps its decimal places. */
  readonly scale: number | undefined;
}

class LimitedSignal implements Signal {
  constructor(
    private readonly model: Model,
    private readonly limits: Limits,
  ) {}

  valueAt(timeMs: number): number {
    const { min, max, scale } = this.limits;
    let value = this.model.valueAt(timeMs);
    // An expression can divide by 0, and JSON has only finite numbers.
    if (!Number.isFinite(value)) value = min ?? 0;
    if (min !== undefined && value < min) value = min;
    if (max !== undefined && value > max) value = max;
    return scale === undefined ? value : rounded(value, scale);
  }

  labelAt(timeMs: number): string | undefined {
    return this.model.labelAt?.(timeMs);
  }
}

/** Greater numbers have no fractions of that size. */
const maxExact = Number.MAX_SAFE_INTEGER;

function rounded(value: number, scale: number): number {
  const scaled = value * scale;
  if (Math.abs(scaled) > maxExact) return value;
  // Adding 0 turns -0 into 0.
  return Math.round(scaled) / scale + 0;
}
