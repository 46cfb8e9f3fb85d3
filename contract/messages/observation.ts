import { z } from "zod";
import { utf8Text } from "../values/utf8";

/** Kafka's own default for the largest message (`message.max.bytes` without its overhead); an observation is far smaller. */
const maxValueBytes = 1_048_576;

/** The times that every reader of the table takes, in milliseconds since 1970: Spark 3 refuses earlier ones, for calendars that differed. */
export const tableTimesMs = {
  min: Date.parse("1900-01-01T00:00:00.000Z"),
  max: Date.parse("9999-12-31T23:59:59.999Z"),
} as const;
const years = "of the years 1900 to 9999";
const timeForm = "it is not UTC to the millisecond, such as 2026-11-23T00:00:01.000Z";

/**
 * What a device publishes: one observation of one sensor, the value of one Kafka message. Later fields come beside
 * these, so unknown ones are let through.
 */
export const Observation = z.looseObject({
  device: z.string().min(1),
  sensor: z.string().min(1),
  /** One life of the device: its start, in milliseconds since 1970. */
  boot: z.int().min(0),
  /** Counts from 0 for each sensor in one life; a gap shows loss, a repeat shows duplication. */
  seq: z.int().min(0),
  /** When it was observed: UTC, to the millisecond, as `2026-11-23T00:00:01.000Z`. */
  timestamp: z.iso.datetime({ precision: 3, error: timeForm }),
  value: z.number(),
  /** Name of the value, for sensors whose values are categories. */
  label: z.string().optional(),
  /** What the value is measured in. */
  unit: z.string().optional(),
  /** Nothing but length. */
  padding: z.string().optional(),
});
export type Observation = z.output<typeof Observation>;

/** The fields of an observation that have a meaning here. */
export const observationFields = Object.keys(Observation.shape) as (keyof typeof Observation.shape)[];

/**
 * The key of an observation's message: the sensor's name, or `<device>/<sensor>` in a topic that several devices share,
 * so that each sensor keeps its order within one partition.
 */
export function messageKey(device: string, sensor: string, sharesTopic: boolean): string {
  return sharesTopic ? `${device}/${sensor}` : sensor;
}

/** Why a message is not an observation, in a few words. */
export interface MalformedMessage {
  readonly kind: "malformed";
  readonly reason: string;
}

/**
 * Reads a Kafka message; what is wrong with it is a value, because it must not stop a stream. Every reader asks this, so that what
 * is a row for one is none too few for another.
 * @param kafkaTimeMs Kafka's timestamp of the message, in milliseconds since 1970
 */
export function parseObservation(
  value: Buffer | null,
  kafkaTimeMs: number,
): { readonly kind: "observation"; readonly observation: Observation } | MalformedMessage {
  const read = observationIn(value, kafkaTimeMs);
  return typeof read === "string"
    ? { kind: "malformed", reason: read }
    : { kind: "observation", observation: read };
}

/** Why a message with this timestamp of Kafka's, in milliseconds since 1970, cannot be in the table; undefined if it can. */
export function kafkaTimeProblem(timeMs: number): string | undefined {
  if (timeMs >= tableTimesMs.min && timeMs <= tableTimesMs.max) return undefined;
  return `Kafka's timestamp ${timeMs} is not a time ${years}`;
}

/** The observation, or why it is none. */
function observationIn(value: Buffer | null, kafkaTimeMs: number): Observation | string {
  if (value === null) return "it has no value (a tombstone)";
  if (value.length > maxValueBytes)
    return `it is ${value.length} bytes long, and an observation at most ${maxValueBytes}`;
  const json = utf8Text(value);
  if (json === undefined) return "it is not UTF-8";
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return "it is not JSON";
  }
  const result = Observation.safeParse(parsed);
  if (result.success)
    return (
      textProblem(json, result.data) ??
      timeProblem(result.data) ??
      kafkaTimeProblem(kafkaTimeMs) ??
      result.data
    );
  const [issue] = result.error.issues;
  return `${issue?.path.join(".") || "value"}: ${issue?.message ?? "not an observation"}`;
}

/** Whether a text can be an observation's timestamp. */
export function isObservationTime(timestamp: string): boolean {
  return Observation.shape.timestamp.safeParse(timestamp).success && timeProblem({ timestamp }) === undefined;
}

/** What {@link Observation} lets through, of which the table has no times. */
function timeProblem({ timestamp }: Pick<Observation, "timestamp">): string | undefined {
  return timestamp < "1900" ? `timestamp: ${timestamp} is not a time ${years}` : undefined;
}

/** Texts that tell one thing from another. */
const namingFields = ["device", "sensor", "label", "unit"] as const;

/**
 * JSON can escape half of a surrogate pair, which no UTF-8 can hold: in the table, `"\ud800"` and `"\ud801"` would become one name.
 * Without a backslash there is none.
 */
function textProblem(json: string, observation: Observation): string | undefined {
  if (!json.includes("\\")) return undefined;
  const field = namingFields.find((name) => observation[name]?.isWellFormed() === false);
  return field && `${field}: it has half of a surrogate pair, which is no character`;
}
