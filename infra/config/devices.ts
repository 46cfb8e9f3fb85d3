import { z } from "zod";
import {
  compressions,
  keptWhenFull,
  messageBytesBounds,
  maxDevicesPerContainer,
  Tags,
} from "../../contract/environment/device";
import { deviceFault, faultList } from "../../contract/models/faults";
import { countOrList, numbered } from "./count-or-list";
import { duration } from "./duration";
import { ContainerName, TopicName } from "./names";
import { profileNames } from "./profiles";
import { Interval, Jitter, SensorsSpec } from "./sensors";
import { size } from "./size";
import { TopicSettingsSpec } from "./topic-settings";
import { wholeNumber } from "./whole-number";

/** How batches of observations are compressed. */
export const CompressionSpec = z.enum(compressions, `write one of: ${compressions.join(", ")}`);

/** What a container of devices keeps while the brokers are away. */
export const BufferSpec = z.strictObject(
  {
    /** Observations, of all devices of the container. */
    limit: wholeNumber(1, 10_000_000).optional(),
    /** Which of them are kept when there are more. */
    keep: z.enum(keptWhenFull, `write one of: ${keptWhenFull.join(", ")}`).optional(),
  },
  'write settings by name, such as {"limit":10000,"keep":"newest"}',
);

/** Devices of a group in one container, if nothing else is said. */
export const defaultDevicesPerContainer = 10_000;

const deviceShape = {
  /** Of a group, its devices are `<name>-1`, `<name>-2`, … */
  name: ContainerName,
  /** Makes it a group of so many devices. */
  count: wholeNumber(1, 100_000).optional(),
  devicesPerContainer: wholeNumber(1, maxDevicesPerContainer).optional(),
  /** Sensors that are ready made; those listed beside it are added to them, or change the one of their name. */
  profile: z.enum(profileNames, `write one of: ${profileNames.join(", ")}`).optional(),
  sensors: SensorsSpec.optional(),
  /** Of all its sensors that do not say their own, those of a profile included. */
  interval: Interval.optional(),
  jitter: Jitter.optional(),
  /** Faults that strike all sensors of a device at once. */
  faults: faultList(deviceFault(duration)).default([]),
  /** Constant fields of each message. */
  tags: Tags.default({}),
  /** What messages' values are padded to. */
  messageSize: size(messageBytesBounds.minimum, messageBytesBounds.maximum).optional(),
  compression: CompressionSpec.optional(),
  buffer: BufferSpec.optional(),
  /** Defaults to the name. */
  topic: TopicName.optional(),
  /** How its topic differs from `topicDefaults`. */
  topicSettings: TopicSettingsSpec.optional(),
};

/** The names of the fields of a device or group. */
export const deviceKeys = Object.keys(deviceShape);

export const DeviceEntry = z
  .strictObject(deviceShape, 'write a device such as {"name":"boiler","sensors":2}')
  .refine(({ count, devicesPerContainer }) => count !== undefined || devicesPerContainer === undefined, {
    path: ["devicesPerContainer"],
    message: "remove it, or set count, which makes a group",
  });

/** A device or a group of devices as the configuration has it. */
export type DeviceEntry = z.output<typeof DeviceEntry>;

/** The configuration's key `devices`: a number of devices that are alike, or a list of devices and groups. */
export const DevicesSpec = countOrList(
  wholeNumber(0, 1_000, ', or a list such as [{"name":"boiler","sensors":2}]'),
  z.array(DeviceEntry).max(1_000, "list at most 1000 devices and groups"),
).transform((devices): DeviceEntry[] =>
  typeof devices === "number"
    ? numbered("device-", devices).map((name) => ({ name, faults: [], tags: {} }))
    : devices,
);
