import { z } from "zod";
import { milliseconds, TopicName, yearMs } from "../values/fields";
import { CommonEnvironment, flag, json, text, wholeNumber } from "./variables";
import { deviceFault, faultList } from "../models/faults";
import { observationFields } from "../messages/observation";
import { SensorSettings } from "../models/sensor";

/** Codecs for Kafka's batches of observations: `compression.type` of Kafka's own producer. */
export const compressions = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
export type Compression = (typeof compressions)[number];

/** Which observations a device keeps if the brokers are away and its buffer is full. */
export const keptWhenFull = ["newest", "oldest"] as const;
export type KeptWhenFull = (typeof keptWhenFull)[number];

/** The files that devices replay are in this directory of their containers. */
export const replayMountPath = "/app/replay";

/** Bounds of the length that messages' values can be padded to. A batch (`maxBatchBytes`) holds several of the longest values. */
export const messageBytesBounds = { minimum: 64, maximum: 65_536 } as const;

/** Maximum length of a batch of records before compression, in bytes: half of what every broker must accept. */
export const maxBatchBytes = 524_288;

/** Maximum number of devices in one container. */
export const maxDevicesPerContainer = 100_000;

/** Bounds of the number of observations that a container keeps while the brokers are away. */
export const bufferLimitBounds = { minimum: 1, maximum: 10_000_000 } as const;

/** Settings of devices that nobody sets otherwise. */
export const deviceDefaults = {
  seed: "1",
  speed: 1,
  intervalMs: 1_000,
  compression: "none",
  buffer: { limit: 100_000, keep: "newest" },
} as const satisfies {
  readonly compression: Compression;
  readonly buffer: { readonly limit: number; readonly keep: KeptWhenFull };
  readonly [setting: string]: unknown;
};

const tagNameRemedy = "give the tag another name: observations already have this field";
const tagRemedy = "write a text, a number, true or false";

/** Constant fields of every message, beside the fields of the observation. */
export const Tags = z
  .record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean()], tagRemedy),
    'write fields by name, such as {"site":"north"}',
  )
  .superRefine((tags, context) => {
    for (const name of Object.keys(tags)) {
      if (name === "") context.addIssue({ code: "custom", path: [name], message: "name the tag" });
      if ((observationFields as readonly string[]).includes(name))
        context.addIssue({ code: "custom", path: [name], message: tagNameRemedy });
    }
  });
export type Tags = z.output<typeof Tags>;

/**
 * Environment of a container of devices: one device, or several consecutive devices of a group. The devices of a group are called
 * `<name>-<number>`, have the same sensors and publish to the same topic.
 */
export const DeviceEnvironment = CommonEnvironment.extend({
  /** The device's name, or that of its group. */
  DEVICE_NAME: text("the device's name"),
  /** The number of the first device of a group that is in this container. */
  DEVICE_FIRST_NUMBER: wholeNumber(1, 10_000_000).default(1),
  /** The number of devices of a group that are in this container. Without it the container has a single device. */
  DEVICE_COUNT: wholeNumber(1, maxDevicesPerContainer).optional(),
  /** The container's name within its stack, which is also its Kafka client id. */
  DEVICE_CONTAINER: text("the container's name within its stack").optional(),
  /** The Kafka topic to publish to. */
  DEVICE_TOPIC: TopicName,
  /** Several devices publish to this topic, so that keys must name the device too. */
  DEVICE_SHARES_TOPIC: flag().default(false),
  DEVICE_SENSORS: json(
    z
      .array(SensorSettings)
      .min(1, "give the device at least one sensor")
      // Two sensors of one name would number their observations alike.
      .refine((sensors) => new Set(sensors.map(({ name }) => name)).size === sensors.length, {
        message: "give each sensor a name of its own",
      }),
    '[{"name":"sensor_1","interval":1000}]',
  ),
  DEVICE_FAULTS: json(
    faultList(deviceFault(milliseconds)),
    '[{"type":"missing","probability":0.01}]',
  ).default([]),
  DEVICE_TAGS: json(Tags, '{"site":"north"}').default({}),
  /** Messages' values are padded to this length in bytes; 0 for no padding. */
  DEVICE_MESSAGE_BYTES: wholeNumber(0, messageBytesBounds.maximum).default(0),
  /** The source of all random values of the stack. */
  DEVICE_SEED: text("the stack's seed").default(deviceDefaults.seed),
  /** The history starts this long before the first start of a device, in milliseconds; 0 for no history. */
  DEVICE_BACKFILL_MS: wholeNumber(0, 10 * yearMs).default(0),
  /** The start of the history, in milliseconds since 1970; instead of `DEVICE_BACKFILL_MS`. */
  DEVICE_BACKFILL_FROM_MS: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
  /** How much faster than the clock the devices' time runs after the history has been sent. */
  DEVICE_SPEED: wholeNumber(1, 10_000).default(deviceDefaults.speed),
  /** Maximum of messages a second that this container sends; 0 for no limit. */
  DEVICE_MAX_RATE: wholeNumber(0, 10_000_000).default(0),
  DEVICE_COMPRESSION: z
    .enum(compressions, `set it to ${compressions.join(", ")}`)
    .default(deviceDefaults.compression),
  /** Number of observations that are kept while the brokers are away. */
  DEVICE_BUFFER_LIMIT: wholeNumber(bufferLimitBounds.minimum, bufferLimitBounds.maximum).default(
    deviceDefaults.buffer.limit,
  ),
  /** Which observations are kept if there are more. */
  DEVICE_BUFFER_KEEPS: z
    .enum(keptWhenFull, `set it to ${keptWhenFull.join(" or ")}`)
    .default(deviceDefaults.buffer.keep),
});
export type DeviceEnvironment = z.output<typeof DeviceEnvironment>;

/** The names of the devices in one container. */
export function deviceNames({
  DEVICE_NAME,
  DEVICE_FIRST_NUMBER,
  DEVICE_COUNT,
}: Pick<DeviceEnvironment, "DEVICE_NAME" | "DEVICE_FIRST_NUMBER" | "DEVICE_COUNT">): string[] {
  if (DEVICE_COUNT === undefined) return [DEVICE_NAME];
  return Array.from({ length: DEVICE_COUNT }, (_, index) =>
    groupMemberName(DEVICE_NAME, DEVICE_FIRST_NUMBER + index),
  );
}

/** The name of a device of a group; numbers start from 1. */
export function groupMemberName(group: string, number: number): string {
  return `${group}-${number}`;
}
