import {
  FaultLabel,
  faultHeader,
  heldHeader,
  HeldLabel,
  type LostLabel,
  LostLabel as LostLabelSchema,
  lostHeader,
} from "../../apps/shared/contract/fault-labels";
import { parseObservation } from "../../apps/shared/contract/observation";

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
  header(name: string): string | undefined;
}

export function nothingDeclared(): DeclaredFaults {
  return { struck: [], losses: [], holds: [], unreadable: 0 };
}

/** Adds what a message's headers declare. Most messages have none, so that their values need not be looked at. */
export function collectLabels(message: LabelledMessage, declared: DeclaredFaults): void {
  const [faultText, lostText, heldText] = [faultHeader, lostHeader, heldHeader].map((name) =>
    message.header(name),
  );
  if (faultText === undefined && lostText === undefined && heldText === undefined) return;
  const fault = faultText === undefined ? undefined : FaultLabel.safeParse(jsonOf(faultText)).data;
  const lost = lostText === undefined ? undefined : LostLabelSchema.safeParse(jsonOf(lostText)).data;
  const held = heldText === undefined ? undefined : HeldLabel.safeParse(jsonOf(heldText)).data;
  // The payload may be corrupt, as declared; its label says whose it was.
  const observation = fault ?? observationOf(message.value);
  const isReadable =
    (faultText === undefined || fault) &&
    (lostText === undefined || (lost && observation)) &&
    (heldText === undefined || (held && observation));
  if (!isReadable) declared.unreadable++;
  if (observation === undefined) return;
  const { device, sensor, boot, seq } = observation;
  if (fault) declared.struck.push({ device, sensor, boot, seq, kinds: fault.kinds });
  if (lost) declared.losses.push({ device, sensor, boot, seq, lost });
  if (held) declared.holds.push({ device, sensor, boot, seq, held });
}

function observationOf(value: Buffer | null): (Sequence & { readonly seq: number }) | undefined {
  const parsed = parseObservation(value);
  return parsed.kind === "observation" ? parsed.observation : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
