import { z } from "zod";
import { deviceDefaults } from "../../../contract/environment/device";
import { faultList, sensorFault } from "../../../contract/models/faults";
import { modelSettings } from "../../../contract/models/models";
import { intervalBoundsMs, sensorFields } from "../../../contract/models/sensor";
import { countOrList, duration, numbered, SensorName, wholeNumber } from "./fields";

/** Time between two observations; the output is in milliseconds. */
export const Interval = duration(intervalBoundsMs.minimum, intervalBoundsMs.maximum);
/** Maximum delay of each observation after its time; the output is in milliseconds. */
export const Jitter = duration(0, intervalBoundsMs.maximum);

const models = modelSettings(duration);

/** The source of a sensor's values: a model's settings, or only its name if all settings have defaults. */
const ModelConfig = z.unknown().transform((source, context): z.output<typeof models> => {
  const isName = typeof source === "string";
  const result = models.safeParse(isName ? { type: source } : source);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const path = isName && issue.path[0] === "type" ? [] : issue.path;
    context.issues.push({ ...issue, path, input: source } as z.core.$ZodRawIssue);
  }
  return z.NEVER;
});

/** The fields of a sensor; what is left out comes from its device, its profile, or a default. */
const sensorShape = {
  name: SensorName.describe(
    "The name of the sensor, which keys its messages: alone, or after the device's name where devices share a topic.",
  ),
  interval: Interval.optional().meta({
    description:
      "The time between two observations. A sensor observes at each multiple of it since 1970, in UTC.",
    fallbackValue: deviceDefaults.intervalMs,
  }),
  model: ModelConfig.optional().meta({
    description:
      "What gives its values: the name of a model, or an object with `type` and the [settings of the model](models.md).",
    fallback: "`uniform`, from 0 to 1",
  }),
  ...sensorFields(duration),
  jitter: Jitter.optional().meta({
    description: "The maximum delay of an observation after its time. At most the interval.",
    fallback: "0",
  }),
  faults: faultList(sensorFault(duration)).optional().describe("Faults that strike this sensor."),
};

/** The names of a sensor's fields. */
export const sensorKeys = Object.keys(sensorShape);

/** The names of a model's settings; empty for an unknown type. */
export function modelKeys(type: unknown): string[] {
  const option = models.options.find((each) => each.shape.type.value === type);
  return option === undefined ? [] : Object.keys(option.shape);
}

/** A sensor. Its fields are checked against each other only after its profile has been added. */
export const SensorEntry = z.strictObject(
  sensorShape,
  'write a sensor such as {"name":"temperature","interval":"5s"}',
);
export type SensorEntry = z.output<typeof SensorEntry>;

/** Maximum number of sensors that a device can list. */
const maxSensors = 100;

/** The sensors of a device: a number of equal sensors, or a list. */
export const SensorsConfig = countOrList(
  wholeNumber(1, maxSensors, ', or a list such as [{"name":"temperature","interval":"5s"}]'),
  z
    .array(SensorEntry)
    .min(1, "list at least one sensor")
    .max(maxSensors, `list at most ${maxSensors} sensors`),
).transform((sensors): SensorEntry[] =>
  typeof sensors === "number" ? numbered("sensor_", sensors).map((name) => ({ name })) : sensors,
);
