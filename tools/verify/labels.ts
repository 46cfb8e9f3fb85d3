import type { FaultLabel, HeldLabel, LostLabel } from "../../contract/messages/fault-labels";
import { parseObservation } from "../../contract/messages/observation";
import { labelsOf } from "../../apps/shared/labels";

/** A sensor in one life of its device. */
export interface Sequence {
  readonly device: string;
  readonly sensor: string;
  readonly boot: number;
}

/** An observation that declared faults have struck. */
export interface StruckObservation extends Sequence {
  readonly seq: number;
  readonly kinds: FaultLabel["kinds"];
}

/** Observations right before this one that there are no messages of, as declared. */
export interface DeclaredLoss extends Sequence {
  readonly seq: number;
  readonly lost: LostLabel;
}

/** Observations right before this one that come later, as declared. */
export interface DeclaredHold extends Sequence {
  readonly seq: number;
  readonly held: HeldLabel;
}

/** What the headers of a topic's messages declare. */
export interface DeclaredFaults {
  readonly struck: StruckObservation[];
  readonly losses: DeclaredLoss[];
  readonly holds: DeclaredHold[];
  /** Messages with headers of these names that cannot be read: they explain nothing. */
  unreadable: number;
}

/** What is looked at of a message. */
export interface LabelledMessage {
  readonly value: Buffer | null;
  /** Kafka's timestamp, in milliseconds since 1970. */
  readonly timeMs: number;
  header(name: string): Buffer | undefined;
}

export function nothingDeclared(): DeclaredFaults {
  return { struck: [], losses: [], holds: [], unreadable: 0 };
}

/** Adds what a message's headers declare. Most messages have none, so that their values need not be looked at. */
export function collectLabels(message: LabelledMessage, declared: DeclaredFaults): void {
  const labels = labelsOf((name) => message.header(name));
  if (labels === undefined) return;
  const { fault, lost, held, areReadable } = labels;
  // The payload may be corrupt, as declared; its label says whose it was.
  const observation = fault ?? observationOf(message);
  const isComplete = (lost === undefined && held === undefined) || observation !== undefined;
  if (!areReadable || !isComplete) declared.unreadable++;
  if (observation === undefined) return;
  const { device, sensor, boot, seq } = observation;
  if (fault) declared.struck.push({ device, sensor, boot, seq, kinds: fault.kinds });
  if (lost) declared.losses.push({ device, sensor, boot, seq, lost });
  if (held) declared.holds.push({ device, sensor, boot, seq, held });
}

function observationOf({
  value,
  timeMs,
}: LabelledMessage): (Sequence & { readonly seq: number }) | undefined {
  const parsed = parseObservation(value, timeMs);
  return parsed.kind === "observation" ? parsed.observation : undefined;
}
