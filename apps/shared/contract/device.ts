import { z } from "zod";
import { CommonEnvironment, flag, json, text, wholeNumber } from "./environment";
import { TopicName } from "./topic-name";

/** The shortest and the longest time between two observations of a sensor, in milliseconds. */
export const intervalBoundsMs = { minimum: 10, maximum: 86_400_000 } as const;

const intervalRemedy = `write whole milliseconds from ${intervalBoundsMs.minimum} to ${intervalBoundsMs.maximum}`;

/** One sensor of a device as its app knows it. */
export const SensorSettings = z.strictObject({
  name: z.string().min(1, "name the sensor"),
  /** Time between two observations, in milliseconds. */
  intervalMs: z
    .int(intervalRemedy)
    .min(intervalBoundsMs.minimum, intervalRemedy)
    .max(intervalBoundsMs.maximum, intervalRemedy),
});
export type SensorSettings = z.output<typeof SensorSettings>;

/** Environment of a device's container. */
export const DeviceEnvironment = CommonEnvironment.extend({
  DEVICE_NAME: text("the device's name"),
  /** The Kafka topic to publish to. */
  DEVICE_TOPIC: TopicName,
  /** Several devices publish to this topic, so that keys name the device too. */
  DEVICE_SHARES_TOPIC: flag().default(false),
  DEVICE_SENSORS: json(
    z
      .array(SensorSettings)
      .min(1, "give the device at least one sensor")
      // Two of one name would number their observations alike.
      .refine((sensors) => new Set(sensors.map(({ name }) => name)).size === sensors.length, {
        message: "give each sensor a name of its own",
      }),
    '[{"name":"sensor_1","intervalMs":1000}]',
  ),
  /** Observations kept while the brokers are away; the oldest are dropped beyond it. */
  DEVICE_BUFFER_LIMIT: wholeNumber(1, 10_000_000).default(100_000),
});
export type DeviceEnvironment = z.output<typeof DeviceEnvironment>;
