import { z } from "zod";
import { duration, durationOrForever } from "./duration";
import { minBatchBytes } from "./narrower-rules";
import type { TopicConfig } from "../model/spec";
import { megabyteBytes } from "../model/units";
import { size, sizeOrUnlimited } from "./size";

const minuteMs = 60_000;
const tenYearsMs = 3_650 * 86_400_000;
/** The largest number of Kafka's configs of type `int`. */
const largestInt = 2 ** 31 - 1;
const petabyteBytes = 2 ** 50;

/**
 * What users can set of a topic: the keys of `topicDefaults` and of a device's `topicSettings`, all optional. Bounds are Kafka's
 * own (`kafka-topics`' list of configs), those of Kafka 4 and of the Kafka 5 to come where they are narrower: segments from 1 MB
 * and from a minute (KIP-1030). Segments and messages may not be too small for what a device sends at once.
 */
export const TopicSettingsSpec = z
  .strictObject(
    {
      retention: durationOrForever(minuteMs, tenYearsMs).optional(),
      retentionSize: sizeOrUnlimited(megabyteBytes, petabyteBytes).optional(),
      segmentSize: size(megabyteBytes, largestInt).optional(),
      segmentAge: duration(minuteMs, tenYearsMs).optional(),
      /** Of a batch of messages, as Kafka counts: what a device sends at once. */
      maxMessageSize: size(minBatchBytes, largestInt).optional(),
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

/** Kafka's name of each setting. */
export const topicConfigNames = {
  retention: "retention.ms",
  retentionSize: "retention.bytes",
  segmentSize: "segment.bytes",
  segmentAge: "segment.ms",
  maxMessageSize: "max.message.bytes",
} as const;
