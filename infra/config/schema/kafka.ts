import { z } from "zod";
import { WrittenNumber } from "../../../contract/values/json";
import { minBatchBytes } from "../../model/cluster";
import type { KafkaSettings, TopicConfig } from "../../model/spec";
import { megabyteBytes } from "../../model/units";
import { duration, durationOrForever, size, sizeOrUnlimited } from "./fields";

/**
 * A broker needs 192 MB to work if `log.cleaner.dedupe.buffer.size` has Kafka's own default, 128 MB of heap. With the default heap it takes
 * 45,000 messages a second of 150 bytes on two cores.
 */
const heapBounds = { minimumMegabytes: 192, maximumMegabytes: 64 * 1_024, defaultMegabytes: 384 } as const;

/** The configuration's key `kafka`: settings of every broker. */
export const KafkaConfig = z
  .strictObject(
    {
      heap: size(
        heapBounds.minimumMegabytes * megabyteBytes,
        heapBounds.maximumMegabytes * megabyteBytes,
        "megabytes",
      )
        .default(heapBounds.defaultMegabytes * megabyteBytes)
        .describe("The maximum of a broker's Java heap, its `-Xmx`, in whole megabytes."),
      properties: z
        .record(
          z.string(),
          z.custom<PropertyValue>(isPropertyValue, "write a text, a number, true or false"),
          'write properties by name, such as {"log.retention.hours":24}',
        )
        .default({})
        .describe("Kafka's own broker properties by their names, for every broker and controller."),
    },
    'write settings by name, such as {"heap":"512MB","properties":{"log.retention.hours":24}}',
  )
  .transform(({ heap, properties }): KafkaSettings => ({
    heapMegabytes: heap / megabyteBytes,
    properties: Object.fromEntries(
      Object.entries(properties)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, value]) => [name, String(value)]),
    ),
  }));

/** A value that can be written into a properties file. Some of Kafka's long numbers are larger than JavaScript's whole numbers. */
type PropertyValue = string | number | boolean | WrittenNumber;

/** Whether a value can be written into a properties file. */
export function isPropertyValue(value: unknown): value is PropertyValue {
  return ["string", "number", "boolean"].includes(typeof value) || value instanceof WrittenNumber;
}

const minuteMs = 60_000;
const tenYearsMs = 3_650 * 86_400_000;
/** Maximum of Kafka's configs of type `int`. */
const maxInt = 2 ** 31 - 1;
const petabyteBytes = 2 ** 50;

/** Kafka's name of each setting of a topic. */
export const topicConfigNames = {
  retention: "retention.ms",
  retentionSize: "retention.bytes",
  segmentSize: "segment.bytes",
  segmentAge: "segment.ms",
  maxMessageSize: "max.message.bytes",
} as const;

const brokersDefault = { fallback: "the brokers' default" } as const;

/**
 * Settings of a topic: the keys of `topicDefaults` and of a device's `topicSettings`, all optional. The bounds are Kafka's own
 * (`kafka-topics`' list of configs); where Kafka 4 or the coming Kafka 5 has narrower bounds, these apply: segments from 1 MB and from a
 * minute (KIP-1030). Segments and messages must be large enough for the batches of devices.
 */
export const TopicSettings = z
  .strictObject(
    {
      retention: durationOrForever(minuteMs, tenYearsMs)
        .optional()
        .meta({ description: "How long messages are kept: `retention.ms`.", ...brokersDefault }),
      retentionSize: sizeOrUnlimited(megabyteBytes, petabyteBytes)
        .optional()
        .meta({ description: "How much of a partition is kept: `retention.bytes`.", ...brokersDefault }),
      segmentSize: size(megabyteBytes, maxInt)
        .optional()
        .meta({
          description: "The size of a segment, the unit of deletion: `segment.bytes`.",
          ...brokersDefault,
        }),
      segmentAge: duration(minuteMs, tenYearsMs)
        .optional()
        .meta({ description: "The age at which a segment is closed: `segment.ms`.", ...brokersDefault }),
      maxMessageSize: size(minBatchBytes, maxInt)
        .optional()
        .meta({ description: "The maximum of a batch of messages: `max.message.bytes`.", ...brokersDefault }),
    },
    'write settings by name, such as {"retention":"7d"}',
  )
  .transform((settings): TopicConfig =>
    Object.fromEntries(
      Object.entries(topicConfigNames).flatMap(([key, name]) => {
        const value = settings[key as keyof typeof settings];
        return value === undefined ? [] : [[name, String(value)]];
      }),
    ),
  );
