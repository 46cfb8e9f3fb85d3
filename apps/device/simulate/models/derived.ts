import { parseExpression } from "../../../../contract/models/expression";
import { type CompiledExpression, compiledExpression, type Source } from "./compiled-expression";
import type { Model, ModelMaker } from "./model";
import { withNoise } from "./noise";
import type { DerivedSettings } from "../../../../contract/models/models";

/** Makes the model of a derived sensor for one device, given all sensors of the device in their order. */
export type DerivedMaker = (sources: readonly Source[]) => ModelMaker;

/**
 * A value that is worked out from other sensors of the device, as they show it: within their bounds, rounded, without faults.
 * @param names of the device's sensors, in their order.
 * @throws Error if the expression cannot be read or refers to no sensor; the device's settings have been checked for that.
 */
export function derived(
  settings: DerivedSettings,
  names: readonly string[],
  intervalMs: number,
): DerivedMaker {
  const parsed = parseExpression(settings.expression);
  if (parsed.kind === "problem")
    throw new Error(`the expression "${settings.expression}" cannot be used: ${parsed.reason}`);
  const compiled = compiledExpression(parsed.root, (name) => {
    const place = names.indexOf(name);
    if (place < 0) throw new Error(`the expression "${settings.expression}" has no sensor "${name}"`);
    return place;
  });
  return (sources) => withNoise(() => new DerivedModel(compiled, sources), settings.noise, intervalMs);
}

class DerivedModel implements Model {
  private lastTimeMs = NaN;
  private lastValue = 0;

  constructor(
    private readonly compiled: CompiledExpression,
    private readonly sources: readonly Source[],
  ) {}

  /** Remembers the last value, or chains of derived sensors that name another twice would take twice as long with each. */
  valueAt(timeMs: number): number {
    if (timeMs !== this.lastTimeMs) {
      this.lastValue = this.compiled(this.sources, timeMs);
      this.lastTimeMs = timeMs;
    }
    return this.lastValue;
  }
}
