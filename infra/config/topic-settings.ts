import { z } from "zod";
import { duration } from "./duration";
import { megabyteBytes, size, sizeOrUnlimited } from "./size";

const day = 86_400_000;
const largestInteger = 2 ** 31 - 1;

/** What users can set of a topic: the keys of `topicDefaults` and of a device's `topicSettings`, all optional. */
export const TopicSettingsSpec = z
  .strictObject(
    {
      retention: duration(1_000, 3_650 * day).optional(),
      retentionSize: sizeOrUnlimited(megabyteBytes, 2 ** 50).optional(),
      segmentSize: size(megabyteBytes, largestInteger).optional(),
      segmentAge: duration(1_000, 3_650 * day).optional(),
      maxMessageSize: size(1_024, largestInteger).optional(),
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

/** Kafka's topic configs by name, as Kafka writes them. */
export type TopicConfig = Readonly<Record<string, string>>;

/** Kafka's name of each setting. */
export const topicConfigNames = {
  maxMessageSize: "max.message.bytes",
  retention: "retention.ms",
  retentionSize: "retention.bytes",
  segmentAge: "segment.ms",
  segmentSize: "segment.bytes",
} as const;
