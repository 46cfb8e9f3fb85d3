import { z } from "zod";

/** Kinds of values that settings have, in a stack's configuration and in the environments of containers alike. */

/** Milliseconds. The settings of models and faults have their durations in this unit, in whichever form they were written. */
export type Milliseconds = number;

export const secondMs: Milliseconds = 1_000;
export const minuteMs: Milliseconds = 60_000;
export const hourMs: Milliseconds = 3_600_000;
export const dayMs: Milliseconds = 86_400_000;
export const yearMs: Milliseconds = 365 * dayMs;

/**
 * Reads a duration within bounds: from text such as `"5m"` in a stack's configuration, from whole milliseconds in a container's
 * environment. Schemas of settings take the reader as an argument, so that both ends share one schema.
 */
export type DurationField = (minimumMs: Milliseconds, maximumMs: Milliseconds) => z.ZodType<Milliseconds>;

/** A duration in a container's environment: whole milliseconds within bounds. */
export const milliseconds = (minimumMs: Milliseconds, maximumMs: Milliseconds) => {
  const remedy = `write whole milliseconds from ${minimumMs} to ${maximumMs}`;
  return z.int(remedy).min(minimumMs, remedy).max(maximumMs, remedy);
};

/** Any finite number. */
export const anyNumber = () => z.number("write a number");

/** A number within bounds. */
export const numberWithin = (minimum: number, maximum: number) => {
  const remedy = `write a number from ${minimum} to ${maximum}`;
  return z.number(remedy).min(minimum, remedy).max(maximum, remedy);
};

/** A number that is not negative. */
export const numberFromZero = () => {
  const remedy = "write a number from 0";
  return z.number(remedy).min(0, remedy);
};

/**
 * The names that a topic can have. Kafka allows at most 249 characters of `[a-zA-Z0-9._-]`, and neither `.` nor `..`
 * (org.apache.kafka.common.internals.Topic). Names that start with `__` are Kafka's own.
 */
export const topicNamePattern = /^(?!\.{1,2}$)(?!__)[a-zA-Z0-9._-]{1,249}$/;

/** A topic's name in a container's environment. */
export const TopicName = z
  .string("set it to a topic's name")
  .regex(
    topicNamePattern,
    "set it to a topic's name: 1 to 249 letters, digits, dots, underscores or hyphens, not starting with two underscores",
  );
