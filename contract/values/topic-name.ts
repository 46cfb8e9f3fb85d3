import { z } from "zod";

/**
 * What may be a topic. Kafka: at most 249 characters of `[a-zA-Z0-9._-]`, neither `.` nor `..`
 * (org.apache.kafka.common.internals.Topic); names that start with `__` are its own.
 */
export const topicNamePattern = /^(?!\.{1,2}$)(?!__)[a-zA-Z0-9._-]{1,249}$/;

/** A topic's name in a setting. */
export const TopicName = z
  .string("set it to a topic's name")
  .regex(
    topicNamePattern,
    "set it to a topic's name: 1 to 249 letters, digits, dots, underscores or hyphens, not starting with two underscores",
  );
