import { z } from "zod";
import { faultList, sensorFault } from "./faults";
import { modelSettings } from "./models";
import { anyNumber, dayMs, type DurationField, milliseconds } from "../values/fields";
import { defaultModel } from "./models";

/** The shortest and the longest time between two observations of a sensor, in milliseconds. */
export const intervalBoundsMs = { minimum: 10, maximum: dayMs } as const;

const unitRemedy = "write a unit of 1 to 30 characters, such as °C";
const precisionRemedy = "write a number of decimals from 0 to 15";

/** What a sensor is beside its name, its interval and its model, for a stack's configuration and for the app alike. */
export const sensorFields = (duration: DurationField) => ({
  /** Up to so long after its time, each observation is made; in the order of time all the same. */
  jitter: duration(0, intervalBoundsMs.maximum).default(0),
  unit: z
    .string(unitRemedy)
    .min(1, unitRemedy)
    .max(30, unitRemedy)
    .optional()
    .describe("The unit of its values, a field of each message."),
  precision: z
    .int(precisionRemedy)
    .min(0, precisionRemedy)
    .max(15, precisionRemedy)
    .optional()
    .meta({ description: "The decimals to which values are rounded.", fallback: "no rounding" }),
  min: anyNumber().optional().describe("Values below it are raised to it."),
  max: anyNumber().optional().describe("Values above it are lowered to it."),
  faults: faultList(sensorFault(duration)).default([]),
});

/** What is wrong between fields that are each right on their own. */
function checkSensor(
  sensor: { readonly min?: number | undefined; readonly max?: number | undefined },
  context: z.RefinementCtx,
): void {
  const { min = -Infinity, max = Infinity } = sensor;
  if (min > max) context.addIssue({ code: "custom", path: ["min"], message: "write a number up to max" });
}

/** One sensor of a device as its app knows it; all durations are in milliseconds. */
export const SensorSettings = z
  .strictObject({
    name: z.string().min(1, "name the sensor"),
    /** Time between two observations. */
    interval: milliseconds(intervalBoundsMs.minimum, intervalBoundsMs.maximum),
    model: modelSettings(milliseconds).default(defaultModel),
    ...sensorFields(milliseconds),
  })
  .superRefine(checkSensor)
  .refine(({ interval, jitter }) => jitter <= interval, {
    path: ["jitter"],
    message: "write at most the interval, so that observations keep their order",
  });
export type SensorSettings = z.output<typeof SensorSettings>;
