import { z } from "zod";
import {
  anyNumber,
  dayMs,
  type DurationField,
  hourMs,
  milliseconds,
  minuteMs,
  numberFromZero,
  numberWithin,
  secondMs,
  yearMs,
} from "../values/fields";

/**
 * The settings of every model of sensor values, in alphabetical order. The stack's configuration writes durations as text and the app's
 * environment as milliseconds, so a schema with durations takes the kind of duration as its argument.
 */

/** Standard deviation of what is added to each value. */
const noise = () => numberFromZero().default(0);

const weightRemedy = "write a weight above 0";
const labelRemedy = "write a label of 1 to 100 characters";

/** One of several values, drawn anew for each observation. */
export const choiceSettings = () =>
  z.strictObject({
    type: z.literal("choice"),
    values: z
      .array(
        z.strictObject(
          {
            value: anyNumber(),
            weight: z.number(weightRemedy).positive(weightRemedy).default(1),
            /** Name of the value. */
            label: z.string(labelRemedy).min(1, labelRemedy).max(100, labelRemedy).optional(),
          },
          'write a value such as {"value":1,"weight":3,"label":"ok"}',
        ),
        'list values such as {"value":1,"weight":3,"label":"ok"}',
      )
      .min(1, "list at least one value")
      .max(1_000, "list at most 1000 values"),
  });
export type ChoiceSettings = z.output<ReturnType<typeof choiceSettings>>;

/** Always the same value. */
const constantSettings = () => z.strictObject({ type: z.literal("constant"), value: anyNumber() });
export type ConstantSettings = z.output<ReturnType<typeof constantSettings>>;

/** Grows by `increment` with every observation. Starts again every `resetEvery`, counted from 1970 in UTC. */
const counterSettings = (duration: DurationField) =>
  z.strictObject({
    type: z.literal("counter"),
    start: anyNumber().default(0),
    increment: anyNumber().default(1),
    /** How much single steps differ: with 0 every step is `increment`, with 1 a step is between 0 and twice `increment`. */
    spread: numberWithin(0, 1).default(0),
    resetEvery: duration(secondMs, 100 * yearMs).default(dayMs),
  });
export type CounterSettings = z.output<ReturnType<typeof counterSettings>>;

/** A household's use of power: low at night, a peak in the morning, the maximum of the day in the evening; one value an hour. */
const householdDay = [
  0.18, 0.12, 0.08, 0.05, 0.05, 0.12, 0.35, 0.6, 0.55, 0.42, 0.38, 0.4, 0.48, 0.45, 0.38, 0.36, 0.42, 0.62,
  0.88, 1, 0.92, 0.74, 0.5, 0.3,
];

const curveRemedy = "list 2 to 288 numbers from 0 to 1, spread evenly over a day from midnight on";

/** A curve that repeats every day; weekends can differ. */
const dailySettings = () =>
  z
    .strictObject({
      type: z.literal("daily"),
      /** The value where the curve is 0. */
      low: anyNumber().default(0),
      /** The value where the curve is 1. */
      high: anyNumber().default(1),
      /** Points at equal distances from midnight on; values between them are interpolated. */
      curve: z
        .array(z.number(curveRemedy).min(0, curveRemedy).max(1, curveRemedy), curveRemedy)
        .min(2, curveRemedy)
        .max(288, curveRemedy)
        .default(householdDay),
      /** The curve is multiplied by this on Saturdays and Sundays. */
      weekend: numberFromZero().default(1),
      /** How many hours before UTC the day starts; 2 for UTC+2. */
      utcOffsetHours: numberWithin(-12, 14).default(0),
      noise: noise(),
    })
    .refine(({ low, high }) => low < high, { path: ["low"], message: "write a number below high" });
export type DailySettings = z.output<ReturnType<typeof dailySettings>>;

const expressionRemedy = 'write an expression over other sensors of the device, such as "voltage * current"';

/** Calculated from the values of other sensors of the same device at the same moment, before their faults. */
const derivedSettings = () =>
  z.strictObject({
    type: z.literal("derived"),
    expression: z
      .string(expressionRemedy)
      .min(1, expressionRemedy)
      .max(1_000, "write at most 1000 characters"),
    noise: noise(),
  });
export type DerivedSettings = z.output<ReturnType<typeof derivedSettings>>;

/** Values of the normal distribution, each independent of the others. */
const gaussianSettings = () =>
  z.strictObject({
    type: z.literal("gaussian"),
    mean: anyNumber().default(0),
    /** Standard deviation. */
    deviation: numberFromZero().default(1),
  });
export type GaussianSettings = z.output<ReturnType<typeof gaussianSettings>>;

const replayText = (meaning: string) => z.string(`write ${meaning}`).min(1, `write ${meaning}`);

/** Recorded values from a CSV file with a header. After the last value the first one follows again. */
const replaySettings = (duration: DurationField) =>
  z
    .strictObject({
      type: z.literal("replay"),
      file: replayText('the path of a CSV file, such as "signals/boiler.csv"'),
      /** The column of the values; needed if the file has more than one column beside the times. */
      column: replayText("the name of a column").optional(),
      /** The column of the times, in seconds or as `2026-11-23T00:00:01Z`; a value lasts until the next time. */
      timeColumn: replayText("the name of a column").optional(),
      /** How long each value lasts if there is no column of times; the sensor's interval if left out. */
      every: duration(10, 365 * dayMs).optional(),
    })
    .refine(({ timeColumn, every }) => timeColumn === undefined || every === undefined, {
      path: ["every"],
      message: "remove it or timeColumn: a value lasts either this long or until the next time",
    });
export type ReplaySettings = z.output<ReturnType<typeof replaySettings>>;

/** A sine wave around `mean`. */
const sineSettings = (duration: DurationField) =>
  z.strictObject({
    type: z.literal("sine"),
    mean: anyNumber().default(0),
    amplitude: anyNumber().default(1),
    period: duration(10, 100 * yearMs).default(hourMs),
    /** The wave rises through its mean this long after each multiple of the period, counted from 1970 in UTC. */
    phase: duration(0, 100 * yearMs).default(0),
    noise: noise(),
  });
export type SineSettings = z.output<ReturnType<typeof sineSettings>>;

const stateNameRemedy = "name the state in 1 to 100 characters";
const stateWeightRemedy = "write a weight from 0";

/**
 * A Markov chain of named states. The time in a state is exponentially distributed around `dwell`. The chain starts with the first state at
 * 00:00 UTC every day, so that the values of a day follow from the day alone.
 */
export const statesSettings = (duration: DurationField) =>
  z
    .strictObject({
      type: z.literal("states"),
      states: z
        .array(
          z.strictObject(
            {
              name: z.string(stateNameRemedy).min(1, stateNameRemedy).max(100, stateNameRemedy),
              value: anyNumber(),
              /** Average time in this state. */
              dwell: duration(secondMs, dayMs),
              /** Weights of the states that can follow, by name; all other states have equal weights if left out. */
              next: z.record(z.string(), z.number(stateWeightRemedy).min(0, stateWeightRemedy)).optional(),
            },
            'write a state such as {"name":"off","value":0,"dwell":"5m"}',
          ),
          'list states such as {"name":"off","value":0,"dwell":"5m"}',
        )
        .min(2, "list at least two states")
        .max(50, "list at most 50 states"),
      noise: noise(),
    })
    .superRefine(({ states }, context) => {
      const names = states.map(({ name }) => name);
      const problem = (path: (string | number)[], message: string) =>
        context.addIssue({ code: "custom", path: ["states", ...path], message });
      states.forEach(({ name, next }, index) => {
        if (names.indexOf(name) !== index) problem([index, "name"], "give each state a name of its own");
        for (const other of Object.keys(next ?? {})) {
          if (!names.includes(other))
            problem([index, "next", other], `name one of the states: ${names.join(", ")}`);
          else if (other === name)
            problem([index, "next", other], "name another state; dwell sets how long it stays in this one");
        }
        if (next !== undefined && Object.values(next).every((weight) => weight === 0))
          problem([index, "next"], "give at least one state a weight above 0");
      });
    });
export type StatesSettings = z.output<ReturnType<typeof statesSettings>>;

/** Values spread evenly from `min` up to `max`, without `max` itself. */
const uniformSettings = () =>
  z
    .strictObject({
      type: z.literal("uniform"),
      min: anyNumber().default(0),
      max: anyNumber().default(1),
    })
    .refine(({ min, max }) => min < max, { path: ["min"], message: "write a number below max" });
export type UniformSettings = z.output<ReturnType<typeof uniformSettings>>;

/** The model of a sensor that names none. */
export const defaultModel: UniformSettings = { type: "uniform", min: 0, max: 1 };

/**
 * A random walk that is pulled back to its mean (an Ornstein-Uhlenbeck process) and reflected at its bounds. Its course does not depend on
 * how often it is observed.
 */
const walkSettings = (duration: DurationField) =>
  z
    .strictObject({
      type: z.literal("walk"),
      mean: anyNumber().default(0),
      /** Standard deviation of the values over a long time if there were no bounds. */
      deviation: numberFromZero().default(1),
      /** After this time, a distance from the mean has fallen to 1/e. */
      reversion: duration(secondMs, yearMs).default(10 * minuteMs),
      min: anyNumber().optional(),
      max: anyNumber().optional(),
    })
    .superRefine(({ min = -Infinity, max = Infinity, mean }, context) => {
      if (min >= max)
        context.addIssue({ code: "custom", path: ["min"], message: "write a number below max" });
      else if (mean < min || mean > max)
        context.addIssue({ code: "custom", path: ["mean"], message: "write a number between min and max" });
    });
export type WalkSettings = z.output<ReturnType<typeof walkSettings>>;

/** The settings of each model by its type. A new model is its settings above, a line here, and a file in the device app (`simulate/models`). */
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

/** The source of a sensor's values: the settings of one of the models. */
export const modelSettings = (duration: DurationField) => {
  type Settings = SettingsByType[ModelType];
  const all = Object.values<Settings>(settingsByType(duration)) as [Settings, ...Settings[]];
  return z.discriminatedUnion("type", all, `write one of: ${modelTypes.join(", ")}`);
};
export type ModelSettings = z.output<ReturnType<typeof modelSettings>>;
