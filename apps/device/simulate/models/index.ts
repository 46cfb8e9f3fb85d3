import type { Source } from "./derived";
import { choice } from "./choice";
import { constant } from "./constant";
import { counter } from "./counter";
import { daily } from "./daily";
import { derived } from "./derived";
import { gaussian } from "./gaussian";
import type { ModelMaker } from "./model";
import { replay } from "./replay";
import { sine } from "./sine";
import { states } from "./states";
import { uniform } from "./uniform";
import { walk } from "./walk";
import type { ReplayTable } from "../../../../contract/models/replay-table";
import type { ModelSettings } from "../../../../contract/models/models";
import type { ReplaySettings } from "../../../../contract/models/models";

/** What a model needs besides its settings. */
export interface ModelContext {
  /** The time between two observations of the sensor. */
  readonly intervalMs: number;
  /** The names of the device's sensors, in their order. */
  readonly sensorNames: readonly string[];
  /** Reads the recorded values of a replay model. */
  readonly replayTable: (settings: ReplaySettings) => ReplayTable;
}

/** Prepares a model for all devices. @returns a function that takes the signals of one device's sensors, and makes the device's model */
export function prepareModel(
  settings: ModelSettings,
  { intervalMs, sensorNames, replayTable }: ModelContext,
): (sources: readonly Source[]) => ModelMaker {
  if (settings.type === "derived") return derived(settings, sensorNames, intervalMs);
  const maker = prepareAlone(settings, intervalMs, replayTable);
  return () => maker;
}

function prepareAlone(
  settings: Exclude<ModelSettings, { type: "derived" }>,
  intervalMs: number,
  replayTable: ModelContext["replayTable"],
): ModelMaker {
  switch (settings.type) {
    case "uniform":
      return uniform(settings, intervalMs);
    case "gaussian":
      return gaussian(settings, intervalMs);
    case "constant":
      return constant(settings);
    case "counter":
      return counter(settings, intervalMs);
    case "sine":
      return sine(settings, intervalMs);
    case "daily":
      return daily(settings, intervalMs);
    case "walk":
      return walk(settings);
    case "states":
      return states(settings, intervalMs);
    case "choice":
      return choice(settings, intervalMs);
    case "replay":
      return replay(settings, replayTable(settings), intervalMs);
  }
}
