import { z } from "zod";

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
  timestamp: z.iso.datetime({ precision: 3 }),
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

/** Reads the value of a Kafka message; what is wrong with it is a value, because it must not stop a stream. */
export function parseObservation(
  value: Buffer | null,
): { readonly kind: "observation"; readonly observation: Observation } | MalformedMessage {
  if (value === null) return { kind: "malformed", reason: "it has no value (a tombstone)" };
  let parsed: unknown;
  try {
    parsed = JSON.parse(value.toString("utf8"));
  } catch {
    return { kind: "malformed", reason: "it is not JSON" };
  }
  const result = Observation.safeParse(parsed);
  if (result.success) return { kind: "observation", observation: result.data };
  const [issue] = result.error.issues;
  return {
    kind: "malformed",
    reason: `${issue?.path.join(".") || "value"}: ${issue?.message ?? "not an observation"}`,
  };
}
