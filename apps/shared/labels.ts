import {
  FaultLabel,
  faultHeader,
  heldHeader,
  HeldLabel,
  lostHeader,
  LostLabel,
} from "./contract/fault-labels";

/** What the headers of one message declare. */
export interface Labels {
  readonly fault: FaultLabel | undefined;
  readonly lost: LostLabel | undefined;
  readonly held: HeldLabel | undefined;
  /** Whether all headers of these names could be read: those that cannot explain nothing. */
  readonly areReadable: boolean;
}

/** Reads the headers by which messages declare faults. @returns undefined for a message without any, as most are. */
export function labelsOf(header: (name: string) => string | undefined): Labels | undefined {
  const faultText = header(faultHeader);
  const lostText = header(lostHeader);
  const heldText = header(heldHeader);
  if (faultText === undefined && lostText === undefined && heldText === undefined) return undefined;
  const fault = faultText === undefined ? undefined : FaultLabel.safeParse(jsonOf(faultText)).data;
  const lost = lostText === undefined ? undefined : LostLabel.safeParse(jsonOf(lostText)).data;
  const held = heldText === undefined ? undefined : HeldLabel.safeParse(jsonOf(heldText)).data;
  const areReadable =
    (faultText === undefined || fault !== undefined) &&
    (lostText === undefined || lost !== undefined) &&
    (heldText === undefined || held !== undefined);
  return { fault, lost, held, areReadable };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
