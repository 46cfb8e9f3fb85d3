import { z } from "zod";
import {
  bufferLimitBounds,
  compressions,
  deviceDefaults,
  keptWhenFull,
  maxDevicesPerContainer,
  messageBytesBounds,
  Tags,
} from "../../../contract/environment/device";
import { deviceFault, faultList } from "../../../contract/models/faults";
import { profileNames } from "../profiles";
import {
  ContainerName,
  countOrList,
  duration,
  numbered,
  oneOf,
  size,
  TopicName,
  wholeNumber,
} from "./fields";
import { TopicSettings } from "./kafka";
import { Interval, Jitter, SensorsConfig } from "./sensors";

/** Maximum number of devices and groups; as many devices can be counted instead of listed. */
const maxEntries = 1_000;

/** Number of devices of a group in one container if the user sets none. */
export const defaultDevicesPerContainer = 10_000;

/** Compression of batches of observations. */
export const CompressionConfig = oneOf(compressions);

/** The observations that a container of devices keeps while the brokers are away. */
export const BufferConfig = z.strictObject(
  {
    limit: wholeNumber(bufferLimitBounds.minimum, bufferLimitBounds.maximum).optional().meta({
      description: "The number of observations that the container keeps, of all its devices together.",
      fallbackValue: deviceDefaults.buffer.limit,
    }),
    keep: oneOf(keptWhenFull).optional().meta({
      description: "Which observations it keeps if there are more.",
      fallbackValue: deviceDefaults.buffer.keep,
    }),
  },
  'write settings by name, such as {"limit":10000,"keep":"newest"}',
);

const deviceShape = {
  name: ContainerName.describe(
    "The name of the device and of its container. The devices of a group are `NAME-1`, `NAME-2`, …",
  ),
  count: wholeNumber(1, 100_000)
    .optional()
    .meta({ description: "Makes the entry a group of this many devices.", fallback: "one device, no group" }),
  devicesPerContainer: wholeNumber(1, maxDevicesPerContainer).optional().meta({
    description:
      "How many devices of a group one container runs. The containers are `NAME-fleet-1`, `NAME-fleet-2`, …; with 1, they are named as their devices.",
    fallbackValue: defaultDevicesPerContainer,
  }),
  profile: oneOf(profileNames).optional().describe("A ready-made list of sensors."),
  sensors: SensorsConfig.optional().meta({
    description:
      "The sensors of the device. Beside a `profile`, they change its sensors of the same names, key by key, or are added to them.",
    fallback: "those of the stack, or of the profile",
  }),
  interval: Interval.optional().meta({
    description:
      "The interval of all its sensors that do not set their own. It takes precedence over a profile's.",
    fallback: "that of each sensor",
  }),
  jitter: Jitter.optional().meta({
    description:
      "The jitter of all its sensors that do not set their own. It takes precedence over a profile's.",
    fallback: "that of each sensor",
  }),
  faults: faultList(deviceFault(duration))
    .default([])
    .describe("Faults that strike all of its sensors at once, `offline` among them."),
  tags: Tags.default({}).describe("Constant fields of each message: texts, numbers, true or false."),
  messageSize: size(messageBytesBounds.minimum, messageBytesBounds.maximum)
    .optional()
    .meta({ description: "The size to which messages are padded.", fallback: "no padding" }),
  compression: CompressionConfig.optional().meta({
    description: "The compression of the batches that it sends.",
    fallback: "that of the stack",
  }),
  buffer: BufferConfig.optional().meta({
    description: "What its container keeps while the brokers are away.",
    fallback: "that of the stack",
  }),
  topic: TopicName.optional().meta({
    description: "The name of its Kafka topic. Several devices may share one.",
    fallback: "its name",
  }),
  topicSettings: TopicSettings.optional().describe("How its topic differs from `topicDefaults`."),
};

/** The names of the fields of a device or group. */
export const deviceKeys = Object.keys(deviceShape);

export const DeviceEntry = z
  .strictObject(deviceShape, 'write a device such as {"name":"boiler","sensors":2}')
  .refine(({ count, devicesPerContainer }) => count !== undefined || devicesPerContainer === undefined, {
    path: ["devicesPerContainer"],
    message: "remove it, or set count, which makes a group",
  });

/** A device or a group of devices as the user writes it. */
export type DeviceEntry = z.output<typeof DeviceEntry>;

/** A device that sets nothing but its name. */
const plainDevice = (name: string): DeviceEntry => ({ name, faults: [], tags: {} });

/** The configuration's key `devices`: a number of equal devices, or a list of devices and groups. */
export const DevicesConfig = countOrList(
  wholeNumber(0, maxEntries, ', or a list such as [{"name":"boiler","sensors":2}]'),
  z.array(DeviceEntry).max(maxEntries, `list at most ${maxEntries} devices and groups`),
).transform((devices): DeviceEntry[] =>
  typeof devices === "number" ? numbered("device-", devices).map(plainDevice) : devices,
);
