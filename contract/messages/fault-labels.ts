import { z } from "zod";
import { faultTypes } from "../models/faults";

/**
 * Headers of Kafka messages by which a reconciliation tells declared faults from real ones. They stand beside the payload, so that
 * what is to find faults in that is not told.
 */
export const faultHeader = "fault";
export const lostHeader = "lost";
export const heldHeader = "held";

const FaultKind = z.enum(faultTypes);

/** As of an observation (`parseObservation`): others' names would become one with it. */
const name = () => z.string().refine((text) => text.isWellFormed(), "write whole characters");

/** What the header `fault` says, as JSON: which faults the message has, and what it would have been without. */
export const FaultLabel = z.object({
  kinds: z.array(FaultKind).min(1),
  device: name(),
  sensor: name(),
  boot: z.int(),
  seq: z.int(),
  /** When it was observed, by a clock that is right: UTC, to the millisecond. */
  observedAt: z.iso.datetime({ precision: 3 }),
});
export type FaultLabel = z.output<typeof FaultLabel>;

/**
 * What the header `lost` says, as JSON: how many observations of the sensor right before this one, in the order of `seq`, there are no
 * messages of, by the fault that was declared to lose them.
 */
export const LostLabel = z.partialRecord(z.enum(["missing", "offline"]), z.int().min(1));
export type LostLabel = z.output<typeof LostLabel>;

/**
 * What the header `held` says, as JSON: of the observations of the sensor right before this one, in the order of `seq`, some were held
 * back by a declared fault, such as `late`, when this one was made. Their messages come by a certain time, by the sensor's own clock.
 */
export const HeldLabel = z.object({
  /** How many observations right before this one are held back, or lost as declared. */
  count: z.int().min(1),
  /** When the last of them is sent: UTC, to the millisecond. */
  until: z.iso.datetime({ precision: 3 }),
});
export type HeldLabel = z.output<typeof HeldLabel>;
