import { z } from "zod";
import { utf8Text } from "../values/utf8";

/** Kafka's default for the maximum length of a message (`message.max.bytes` without its overhead); an observation is far shorter. */
const maxValueBytes = 1_048_576;

/** The times that every reader of the table accepts, in milliseconds since 1970. Spark 3 refuses earlier times, because calendars differed. */
export const tableTimesMs = {
  min: Date.parse("1900-01-01T00:00:00.000Z"),
  max: Date.parse("9999-12-31T23:59:59.999Z"),
} as const;
const years = "of the years 1900 to 9999";
const timeForm = "it is not UTC to the millisecond, such as 2026-11-23T00:00:01.000Z";

/**
 * One observation of one sensor: the value of one Kafka message. Later versions may add fields, so unknown fields are allowed.
 */
export const Observation = z.looseObject({
  device: z.string().min(1),
  sensor: z.string().min(1),
  /** The start of the device's life that made it, in milliseconds since 1970. */
  boot: z.int().min(0),
  /** Counts the observations of a sensor in one life from 0. A gap shows a loss, a repeated number a duplicate. */
  seq: z.int().min(0),
  /** Time of the observation: UTC, to the millisecond, as `2026-11-23T00:00:01.000Z`. */
  timestamp: z.iso.datetime({ precision: 3, error: timeForm }),
  value: z.number(),
  /** Name of the value, for sensors whose values are categories. */
  label: z.string().optional(),
  /** The unit of the value. */
  unit: z.string().optional(),
  /** Makes the message longer; it has no meaning. */
  padding: z.string().optional(),
});
export type Observation = z.output<typeof Observation>;

/** The fields of an observation that this program knows. */
export const observationFields = Object.keys(Observation.shape) as (keyof typeof Observation.shape)[];

/**
 * The key of an observation's message: the sensor's name, or `<device>/<sensor>` in a topic that several devices share. So all messages of a
 * sensor are in one partition, in their order.
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
 * Reads a Kafka message. A malformed message is a value and not an error, because it must not stop a stream. Every reader uses this function,
 * so that all of them count the same rows.
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

/** Why a message with this Kafka timestamp, in milliseconds since 1970, cannot be in the table; undefined if it can. */
export function kafkaTimeProblem(timeMs: number): string | undefined {
  if (timeMs >= tableTimesMs.min && timeMs <= tableTimesMs.max) return undefined;
  return `Kafka's timestamp ${timeMs} is not a time ${years}`;
}

/** The observation, or why the message is not an observation. */
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

/** Whether a text can be the timestamp of an observation. */
export function isObservationTime(timestamp: string): boolean {
  return Observation.shape.timestamp.safeParse(timestamp).success && timeProblem({ timestamp }) === undefined;
}

/** The problem of a time that {@link Observation} allows but the table cannot hold. */
function timeProblem({ timestamp }: Pick<Observation, "timestamp">): string | undefined {
  return timestamp < "1900" ? `timestamp: ${timestamp} is not a time ${years}` : undefined;
}

/** The fields whose texts identify something. */
const namingFields = ["device", "sensor", "label", "unit"] as const;

/**
 * JSON can escape half of a surrogate pair, but UTF-8 cannot hold it: in the table, the names `"\ud800"` and `"\ud801"` would become the same.
 * A text without a backslash has no such escape.
 */
function textProblem(json: string, observation: Observation): string | undefined {
  if (!json.includes("\\")) return undefined;
  const field = namingFields.find((name) => observation[name]?.isWellFormed() === false);
  return field && `${field}: it has half of a surrogate pair, which is no character`;
}
