import { z } from "zod";
import type { DurationField } from "../duration";
import { choiceSettings } from "./choice";
import { constantSettings } from "./constant";
import { counterSettings } from "./counter";
import { dailySettings } from "./daily";
import { derivedSettings } from "./derived";
import { gaussianSettings } from "./gaussian";
import { replaySettings } from "./replay";
import { sineSettings } from "./sine";
import { statesSettings } from "./states";
import { uniformSettings } from "./uniform";
import { walkSettings } from "./walk";

/** The settings of each model by its type. A new model is a file here, one of the same name in apps/device/models, and a line. */
const settingsByType = (duration: DurationField) => ({
  uniform: uniformSettings(),
  gaussian: gaussianSettings(),
  constant: constantSettings(),
  counter: counterSettings(duration),
  sine: sineSettings(duration),
  daily: dailySettings(),
  walk: walkSettings(duration),
  states: statesSettings(duration),
  choice: choiceSettings(),
  derived: derivedSettings(),
  replay: replaySettings(duration),
});

export const modelTypes = [
  "uniform",
  "gaussian",
  "constant",
  "counter",
  "sine",
  "daily",
  "walk",
  "states",
  "choice",
  "derived",
  "replay",
] as const;
export type ModelType = (typeof modelTypes)[number];

/** Where a sensor's values come from: the settings of one of the models. */
export const modelSettings = (duration: DurationField) => {
  const { uniform, gaussian, constant, counter, sine, daily, walk, states, choice, derived, replay } =
    settingsByType(duration);
  return z.discriminatedUnion(
    "type",
    [uniform, gaussian, constant, counter, sine, daily, walk, states, choice, derived, replay],
    `write one of: ${modelTypes.join(", ")}`,
  );
};
export type ModelSettings = z.output<ReturnType<typeof modelSettings>>;
