import type { LostLabel } from "../../../contract/messages/fault-labels";

/** What is unusual about an observation. */
export interface Mark {
  /** Name of its value. */
  readonly label: string | undefined;
  /** Bits of the declared faults that struck it (`faultBits`). */
  readonly kinds: number;
  /** When it was observed, by a clock that is right, in milliseconds since 1970. */
  readonly observedAtMs: number;
  /** How many of its sensor right before it there are no messages of, as declared. */
  readonly lost: LostLabel | undefined;
  /** Which right before it are held back, as declared. */
  readonly held: HeldBack | undefined;
}

/** Observations that come after one that was made later. */
export interface HeldBack {
  /** How many right before it are held back, or lost. */
  readonly count: number;
  /** When the last of them is sent, in milliseconds since 1970. */
  readonly untilMs: number;
}

/** The label of an observation's value, from what is told of it. */
export function labelOf(mark: string | Mark | undefined): string | undefined {
  return typeof mark === "object" ? mark.label : mark;
}
