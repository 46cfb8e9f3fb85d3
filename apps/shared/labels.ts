import {
  FaultLabel,
  faultHeader,
  heldHeader,
  HeldLabel,
  lostHeader,
  LostLabel,
} from "../../contract/messages/fault-labels";
import { utf8Text } from "../../contract/values/utf8";

/** What the headers of one message declare. */
export interface Labels {
  readonly fault: FaultLabel | undefined;
  readonly lost: LostLabel | undefined;
  readonly held: HeldLabel | undefined;
  /** Whether all headers of these names could be read. An unreadable header explains nothing. */
  readonly areReadable: boolean;
}

/** Reads the headers in which a message declares faults. @returns undefined for a message without such headers, like most */
export function labelsOf(header: (name: string) => Buffer | undefined): Labels | undefined {
  const faultJson = header(faultHeader);
  const lostJson = header(lostHeader);
  const heldJson = header(heldHeader);
  if (faultJson === undefined && lostJson === undefined && heldJson === undefined) return undefined;
  const fault = faultJson && FaultLabel.safeParse(parsed(faultJson)).data;
  const lost = lostJson && LostLabel.safeParse(parsed(lostJson)).data;
  const held = heldJson && HeldLabel.safeParse(parsed(heldJson)).data;
  const areReadable =
    (faultJson === undefined || fault !== undefined) &&
    (lostJson === undefined || lost !== undefined) &&
    (heldJson === undefined || held !== undefined);
  return { fault, lost, held, areReadable };
}

function parsed(json: Buffer): unknown {
  try {
    return JSON.parse(utf8Text(json) ?? "");
  } catch {
    return undefined;
  }
}
