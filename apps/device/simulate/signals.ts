import { derivedProblems } from "../../../contract/models/derived-problems";
import type { SensorSettings } from "../../../contract/models/sensor";
import { type ModelContext, prepareModel } from "./models";
import type { Model } from "./models/model";
import { randomFor } from "./random";

/** What a sensor without faults shows at any moment; times are milliseconds since 1970. */
export interface Signal {
  /** Its model's value, within the sensor's bounds, then rounded; always finite. */
  valueAt(timeMs: number): number;
  /** Name of the value, where values are categories. */
  labelAt(timeMs: number): string | undefined;
}

/** What the signals of all devices have in common. */
export interface SignalContext {
  /** The stack's seed. */
  readonly seed: string;
  /** The recorded values of a model that replays. */
  readonly replayTable: ModelContext["replayTable"];
}

/**
 * Prepares the signals of devices that all have the same sensors: what does not depend on the device is worked out here, once.
 * @returns what gives the signals of one device, in the order of the sensors.
 * @throws Error with all that is wrong with the expressions of derived sensors.
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
    // Derived signals look into this list when they are asked, and then it is full, whatever the order.
    const signals: Signal[] = [];
    for (const { name, maker, limits } of prepared)
      signals.push(new LimitedSignal(maker(signals)(randomFor(seed, device, name)), limits));
    return signals;
  };
}

/** The signals of one device's sensors, in their order; for many devices, {@link prepareSignals} once. */
export function signalsOf(
  sensors: readonly SensorSettings[],
  { device, ...context }: SignalContext & { readonly device: string },
): Signal[] {
  return prepareSignals(sensors, context)(device);
}

interface Limits {
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** A power of 10 that makes what is to be kept of a value whole. */
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
    // JSON has no other numbers; an expression can divide by 0.
    if (!Number.isFinite(value)) value = min ?? 0;
    if (min !== undefined && value < min) value = min;
    if (max !== undefined && value > max) value = max;
    return scale === undefined ? value : rounded(value, scale);
  }

  labelAt(timeMs: number): string | undefined {
    return this.model.labelAt?.(timeMs);
  }
}

/** Numbers beyond have no fractions of that size any more. */
const maxExact = Number.MAX_SAFE_INTEGER;

function rounded(value: number, scale: number): number {
  const scaled = value * scale;
  if (Math.abs(scaled) > maxExact) return value;
  // Adding 0 makes 0 of what is rounded to -0.
  return Math.round(scaled) / scale + 0;
}
