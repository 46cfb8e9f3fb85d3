import { z } from "zod";
import { faultList, sensorFault } from "../../contract/models/faults";
import { modelSettings } from "../../contract/models/models";
import { intervalBoundsMs, sensorFields } from "../../contract/models/sensor";
import { countOrList, numbered } from "./count-or-list";
import { duration } from "./duration";
import { SensorName } from "./names";
import { wholeNumber } from "./whole-number";

/** Time between two observations; in the output, in milliseconds. */
export const Interval = duration(intervalBoundsMs.minimum, intervalBoundsMs.maximum);
/** Up to so long after its time each observation is made; in the output, in milliseconds. */
export const Jitter = duration(0, intervalBoundsMs.maximum);

const models = modelSettings(duration);

/** Where a sensor's values come from: a model's settings, or its name alone if all of them have defaults. */
const ModelSpec = z.unknown().transform((source, context): z.output<typeof models> => {
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
  name: SensorName,
  interval: Interval.optional(),
  model: ModelSpec.optional(),
  ...sensorFields(duration),
  jitter: Jitter.optional(),
  faults: faultList(sensorFault(duration)).optional(),
};

/** The names of a sensor's fields. */
export const sensorKeys = Object.keys(sensorShape);

/** The names of a model's settings; none for a type that there is not. */
export function modelKeys(type: unknown): string[] {
  const option = models.options.find((each) => each.shape.type.value === type);
  return option === undefined ? [] : Object.keys(option.shape);
}

/** What is wrong between its fields is told when its profile has been added. */
export const SensorSpec = z.strictObject(
  sensorShape,
  'write a sensor such as {"name":"temperature","interval":"5s"}',
);
export type SensorSpec = z.output<typeof SensorSpec>;

/** The most sensors that a device can list. */
const maxSensors = 100;

/** What a device carries: a number of sensors that are alike, or a list. */
export const SensorsSpec = countOrList(
  wholeNumber(1, maxSensors, ', or a list such as [{"name":"temperature","interval":"5s"}]'),
  z
    .array(SensorSpec)
    .min(1, "list at least one sensor")
    .max(maxSensors, `list at most ${maxSensors} sensors`),
).transform((sensors): SensorSpec[] =>
  typeof sensors === "number" ? numbered("sensor_", sensors).map((name) => ({ name })) : sensors,
);
