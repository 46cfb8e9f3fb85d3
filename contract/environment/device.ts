import { z } from "zod";
import { milliseconds, TopicName, yearMs } from "../values/fields";
import { CommonEnvironment, flag, json, text, wholeNumber } from "./variables";
import { deviceFault, faultList } from "../models/faults";
import { observationFields } from "../messages/observation";
import { SensorSettings } from "../models/sensor";

/** How Kafka's batches of observations are compressed: `compression.type` of Kafka's own producer. */
export const compressions = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
export type Compression = (typeof compressions)[number];

/** Which observations are kept while the brokers are away and the buffer is full. */
export const keptWhenFull = ["newest", "oldest"] as const;
export type KeptWhenFull = (typeof keptWhenFull)[number];

/** Where files that devices replay lie in their containers. */
export const replayMountPath = "/app/replay";

/** Bounds of what a message's value can be padded to. The longest fits a batch (`maxBatchBytes`) several times. */
export const messageBytesBounds = { minimum: 64, maximum: 65_536 } as const;

/** No batch of records that a device sends is longer, before compression: half of what brokers must take at least. */
export const maxBatchBytes = 524_288;

/** Most devices in one container. */
export const maxDevicesPerContainer = 100_000;

const tagNameRemedy = "name the tag otherwise: observations have this field already";
const tagRemedy = "write a text, a number, true or false";

/** Constant fields beside those of the observation, the same in each message. */
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
 * Environment of a container of devices: one device, or a run of a group's, `<name>-<number>` each, that have the same sensors and
 * publish to the same topic.
 */
export const DeviceEnvironment = CommonEnvironment.extend({
  /** The device's name, or that of its group. */
  DEVICE_NAME: text("the device's name"),
  /** Of a group: the number of the first device in this container. */
  DEVICE_FIRST_NUMBER: wholeNumber(1, 10_000_000).default(1),
  /** Of a group: how many devices there are in this container. Without it there is one, not of a group. */
  DEVICE_COUNT: wholeNumber(1, maxDevicesPerContainer).optional(),
  /** The container's name within its stack: the client id by which brokers know it. */
  DEVICE_CONTAINER: text("the container's name within its stack").optional(),
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
    '[{"name":"sensor_1","interval":1000}]',
  ),
  DEVICE_FAULTS: json(
    faultList(deviceFault(milliseconds)),
    '[{"type":"missing","probability":0.01}]',
  ).default([]),
  DEVICE_TAGS: json(Tags, '{"site":"north"}').default({}),
  /** Values of messages are padded to so many bytes; 0 for not at all. */
  DEVICE_MESSAGE_BYTES: wholeNumber(0, messageBytesBounds.maximum).default(0),
  /** What all random values of the stack come from. */
  DEVICE_SEED: text("the stack's seed").default("1"),
  /** How long before its first start a device's history begins, in milliseconds; 0 for none. */
  DEVICE_BACKFILL_MS: wholeNumber(0, 10 * yearMs).default(0),
  /** When the history begins, in milliseconds since 1970; instead of {@link DEVICE_BACKFILL_MS}. */
  DEVICE_BACKFILL_FROM_MS: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
  /** How much faster than the clock the devices' time runs, once history is sent. */
  DEVICE_SPEED: wholeNumber(1, 10_000).default(1),
  /** The most messages a second that this container sends; 0 for no limit. */
  DEVICE_MAX_RATE: wholeNumber(0, 10_000_000).default(0),
  DEVICE_COMPRESSION: z.enum(compressions, `set it to ${compressions.join(", ")}`).default("none"),
  /** Observations kept while the brokers are away. */
  DEVICE_BUFFER_LIMIT: wholeNumber(1, 10_000_000).default(100_000),
  /** Which of them are kept when there are more. */
  DEVICE_BUFFER_KEEPS: z.enum(keptWhenFull, `set it to ${keptWhenFull.join(" or ")}`).default("newest"),
});
export type DeviceEnvironment = z.output<typeof DeviceEnvironment>;

/** The names of a group's devices in one container, or that of the one device. */
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

/** The name of one of a group's devices; they are numbered from 1. */
export function groupMemberName(group: string, number: number): string {
  return `${group}-${number}`;
}
