import { z } from "zod";
import {
  bufferLimitBounds,
  compressions,
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

/** Compression of batches of observations. */
export const CompressionConfig = oneOf(compressions);

/** The observations that a container of devices keeps while the brokers are away. */
export const BufferConfig = z.strictObject(
  {
    /** Number of observations of all devices of the container. */
    limit: wholeNumber(bufferLimitBounds.minimum, bufferLimitBounds.maximum).optional(),
    /** Which observations are kept if there are more. */
    keep: oneOf(keptWhenFull).optional(),
  },
  'write settings by name, such as {"limit":10000,"keep":"newest"}',
);

const deviceShape = {
  /** The devices of a group are called `<name>-1`, `<name>-2`, … */
  name: ContainerName,
  /** Makes the entry a group of this many devices. */
  count: wholeNumber(1, 100_000).optional(),
  devicesPerContainer: wholeNumber(1, maxDevicesPerContainer).optional(),
  /** A ready-made set of sensors. Sensors listed beside it are added, or change the sensor of the same name. */
  profile: oneOf(profileNames).optional(),
  sensors: SensorsConfig.optional(),
  /** Interval of all its sensors that do not set their own, including those of a profile. */
  interval: Interval.optional(),
  jitter: Jitter.optional(),
  /** Faults that affect all sensors of a device at once. */
  faults: faultList(deviceFault(duration)).default([]),
  /** Constant fields of each message. */
  tags: Tags.default({}),
  /** Messages' values are padded to this length. */
  messageSize: size(messageBytesBounds.minimum, messageBytesBounds.maximum).optional(),
  compression: CompressionConfig.optional(),
  buffer: BufferConfig.optional(),
  /** The name of the device if left out. */
  topic: TopicName.optional(),
  /** Settings of its topic that differ from `topicDefaults`. */
  topicSettings: TopicSettings.optional(),
};

/** The names of the fields of a device or group. */
export const deviceKeys = Object.keys(deviceShape);

const DeviceEntry = z
  .strictObject(deviceShape, 'write a device such as {"name":"boiler","sensors":2}')
  .refine(({ count, devicesPerContainer }) => count !== undefined || devicesPerContainer === undefined, {
    path: ["devicesPerContainer"],
    message: "remove it, or set count, which makes a group",
  });

/** A device or a group of devices as the user writes it. */
export type DeviceEntry = z.output<typeof DeviceEntry>;

/** A device that sets nothing but its name. */
export const plainDevice = (name: string): DeviceEntry => ({ name, faults: [], tags: {} });

/** The configuration's key `devices`: a number of equal devices, or a list of devices and groups. */
export const DevicesConfig = countOrList(
  wholeNumber(0, maxEntries, ', or a list such as [{"name":"boiler","sensors":2}]'),
  z.array(DeviceEntry).max(maxEntries, `list at most ${maxEntries} devices and groups`),
).transform((devices): DeviceEntry[] =>
  typeof devices === "number" ? numbered("device-", devices).map(plainDevice) : devices,
);
