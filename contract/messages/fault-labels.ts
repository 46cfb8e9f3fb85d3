import { z } from "zod";
import { faultTypes } from "../models/faults";

/**
 * Headers of Kafka messages by which a reconciliation distinguishes declared faults from real ones. They are outside the payload, so that a
 * program that must find faults in the payload gets no hint.
 */
export const faultHeader = "fault";
export const lostHeader = "lost";
export const heldHeader = "held";

const FaultKind = z.enum(faultTypes);

/** Whole characters only, as in an observation (`parseObservation`): otherwise different names would become the same. */
const name = () => z.string().refine((text) => text.isWellFormed(), "write whole characters");

/** The JSON of the header `fault`: the faults of the message, and what the message would have been without them. */
export const FaultLabel = z.object({
  kinds: z.array(FaultKind).min(1),
  device: name(),
  sensor: name(),
  boot: z.int(),
  seq: z.int(),
  /** The time of the observation by a correct clock: UTC, to the millisecond. */
  observedAt: z.iso.datetime({ precision: 3 }),
});
export type FaultLabel = z.output<typeof FaultLabel>;

/**
 * The JSON of the header `lost`: how many observations of the sensor directly before this one, in the order of `seq`, have no messages, by the
 * declared fault that lost them.
 */
export const LostLabel = z.partialRecord(z.enum(["missing", "offline"]), z.int().min(1));
export type LostLabel = z.output<typeof LostLabel>;

/**
 * The JSON of the header `held`: when this observation was made, a declared fault such as `late` held back observations of the sensor directly
 * before it, in the order of `seq`. Their messages follow before a certain time of the sensor's clock.
 */
export const HeldLabel = z.object({
  /** The number of observations directly before this one that are held back, or lost as declared. */
  count: z.int().min(1),
  /** The time at which the last of them is sent: UTC, to the millisecond. */
  until: z.iso.datetime({ precision: 3 }),
});
export type HeldLabel = z.output<typeof HeldLabel>;
