import { z } from "zod";
import { type DurationField, milliseconds } from "../values/fields";
import { choiceSettings } from "./models";
import { constantSettings } from "./constant";
import { counterSettings } from "./counter";
import { dailySettings } from "./daily";
import { derivedSettings } from "./derived";
import { gaussianSettings } from "./gaussian";
import { replaySettings } from "./replay";
import { sineSettings } from "./sine";
import { statesSettings } from "./models";
import { uniformSettings } from "./uniform";
import { walkSettings } from "./walk";

/** The settings of each model by its type. A new model is a file here, one of the same name in apps/device/simulate/models, and a line. */
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

type SettingsByType = ReturnType<typeof settingsByType>;
export type ModelType = keyof SettingsByType;
export const modelTypes = Object.keys(settingsByType(milliseconds)) as ModelType[];

/** Where a sensor's values come from: the settings of one of the models. */
export const modelSettings = (duration: DurationField) => {
  type Settings = SettingsByType[ModelType];
  const all = Object.values<Settings>(settingsByType(duration)) as [Settings, ...Settings[]];
  return z.discriminatedUnion("type", all, `write one of: ${modelTypes.join(", ")}`);
};
export type ModelSettings = z.output<ReturnType<typeof modelSettings>>;
