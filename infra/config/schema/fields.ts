import { z } from "zod";
import { topicNamePattern } from "../../../contract/values/fields";
import {
  megabyteBytes,
  parseDurationMs,
  parseSizeBytes,
  showDurationMs,
  showSizeBytes,
} from "../../model/units";

/** Kinds of values in the configuration. The message of a wrong value says what to write instead. */

/** A whole number within bounds. @param alternative what else is allowed, with the comma before it */
export function wholeNumber(minimum: number, maximum: number, alternative = "") {
  const remedy = `write a whole number from ${minimum} to ${maximum}${alternative}`;
  return z.int(remedy).min(minimum, remedy).max(maximum, remedy);
}

/** One of a few words. */
export function oneOf<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, `write one of: ${words.join(", ")}`);
}

/** A duration of whole milliseconds within bounds; the output is in milliseconds. */
export const duration = (minimumMs: number, maximumMs: number) =>
  z.unknown().transform((source, context) => {
    const read = readDuration(source, minimumMs, maximumMs);
    if (typeof read === "number") return read;
    context.addIssue(read);
    return z.NEVER;
  });

/** A duration of whole milliseconds within bounds, or `"never"`, whose output is 0. */
export const durationOrNever = (minimumMs: number, maximumMs: number) =>
  durationOr("never", 0, minimumMs, maximumMs);

/** A duration of whole milliseconds within bounds, or `"forever"`, whose output is -1, as Kafka writes it. */
export const durationOrForever = (minimumMs: number, maximumMs: number) =>
  durationOr("forever", -1, minimumMs, maximumMs);

const durationOr = (word: string, wordMs: number, minimumMs: number, maximumMs: number) =>
  z.unknown().transform((source, context) => {
    if (source === word) return wordMs;
    const read = readDuration(source, minimumMs, maximumMs);
    if (typeof read === "number") return read;
    context.addIssue(`${read}, or "${word}"`);
    return z.NEVER;
  });

/** Reads a duration in milliseconds. @returns what to write instead if it is wrong */
function readDuration(source: unknown, minimumMs: number, maximumMs: number): number | string {
  const durationMs = parseDurationMs(source);
  if (durationMs === undefined || durationMs < minimumMs || durationMs > maximumMs) {
    const bounds = `from ${showDurationMs(minimumMs)} to ${showDurationMs(maximumMs)}`;
    return `write a duration such as "500ms", "1s", "5m", or a number of seconds, ${bounds}`;
  }
  return Number.isInteger(durationMs)
    ? durationMs
    : `write it in whole milliseconds, such as "${showDurationMs(Math.floor(durationMs))}"`;
}

/** The unit of which a size must be a whole multiple. */
const stepBytes = { bytes: 1, megabytes: megabyteBytes } as const;
type SizeStep = keyof typeof stepBytes;

/** A size within bounds that is a whole multiple of `step`; the output is in bytes. */
export const size = (minimumBytes: number, maximumBytes: number, step: SizeStep = "bytes") =>
  z.unknown().transform((source, context) => {
    const read = readSize(source, minimumBytes, maximumBytes, step);
    if (typeof read === "number") return read;
    context.addIssue(read);
    return z.NEVER;
  });

/** A size of whole bytes within bounds, or `"unlimited"`, whose output is -1, as Kafka writes it. */
export const sizeOrUnlimited = (minimumBytes: number, maximumBytes: number) =>
  z.unknown().transform((source, context) => {
    if (source === "unlimited") return -1;
    const read = readSize(source, minimumBytes, maximumBytes, "bytes");
    if (typeof read === "number") return read;
    context.addIssue(`${read}, or "unlimited"`);
    return z.NEVER;
  });

/** Reads a size in bytes. @returns what to write instead if it is wrong */
function readSize(
  source: unknown,
  minimumBytes: number,
  maximumBytes: number,
  step: SizeStep,
): number | string {
  const bytes = parseSizeBytes(source);
  if (bytes === undefined || bytes < minimumBytes || bytes > maximumBytes) {
    const bounds = `from ${showSizeBytes(minimumBytes)} to ${showSizeBytes(maximumBytes)}`;
    return `write a size such as "512MB", "1.5GB", ${bounds}`;
  }
  const rest = bytes % stepBytes[step];
  return rest === 0 ? bytes : `write it in whole ${step}, such as "${showSizeBytes(bytes - rest)}"`;
}

/** A list or a count. A list is checked as a list and anything else as a count, so that the problem is about the one that was meant. */
export function countOrList<Count extends z.ZodType, List extends z.ZodType>(count: Count, list: List) {
  return z.unknown().transform((value, context): z.output<Count> | z.output<List> => {
    const result = (Array.isArray(value) ? list : count).safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues)
      context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
}

/** `sensor_1`, `sensor_2`, … */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}

/** Maximum length of the name of a device, a sensor or a consumer, in characters. */
export const maxNameLength = 100;

const topicNameRemedy =
  "write 1 to 249 letters, digits, dots, underscores or hyphens, not starting with two underscores";

/** The name of a topic. */
export const TopicName = z.string(topicNameRemedy).regex(topicNamePattern, topicNameRemedy);

const containerNameRemedy =
  "write 1 to 100 letters, digits, dots, underscores or hyphens, starting with a letter or digit";

/**
 * The name of a device or a consumer. It becomes part of a container's name, for which Docker allows `[a-zA-Z0-9][a-zA-Z0-9_.-]*`. A
 * device's topic has the device's name too.
 */
export const ContainerName = z
  .string(containerNameRemedy)
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}$/, containerNameRemedy);

const sensorNameRemedy = "write 1 to 100 characters without slashes, control characters or outer spaces";

/** The name of a sensor. It becomes part of a message's key, where a slash separates it from the device's name. */
export const SensorName = z
  .string(sensorNameRemedy)
  .max(maxNameLength, sensorNameRemedy)
  .regex(/^(?!\s)[^/\p{C}]+(?<!\s)$/u, sensorNameRemedy);
