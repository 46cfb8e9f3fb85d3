import type { LostLabel } from "../../../contract/messages/fault-labels";
import type { FaultType } from "../../../contract/models/faults";
import { faultNames } from "./faults/sensor-faults";

/** What is unusual about an observation. Most have no mark, or only the label of their value, which is passed on as a string then. */
export interface Mark {
  /** The name of its value, where values are categories. */
  readonly label: string | undefined;
  /** Bits of the declared faults that affect it (`faultBits`). */
  readonly kinds: number;
  /** When it was observed by a correct clock, in milliseconds since 1970. */
  readonly observedAtMs: number;
  /** How many observations of the same sensor right before it were lost, as declared. */
  readonly lost: LostLabel | undefined;
  /** Which observations right before it are held back, as declared. */
  readonly held: HeldBack | undefined;
}

/** Observations whose messages come after the message of a later observation. */
export interface HeldBack {
  /** How many observations right before the marked one are held back or lost. */
  readonly count: number;
  /** When the last of them is sent, in milliseconds since 1970. */
  readonly untilMs: number;
}

/** The label of an observation's value. */
export function labelOf(mark: string | Mark | undefined): string | undefined {
  return typeof mark === "object" ? mark.label : mark;
}

/** Makes the marks of one sensor: each reports the faults of its own observation, and of those right before it that were lost or held back. */
export class Marks {
  private lost: LostLabel | undefined;
  /** Observations since the last one that was sent at once. */
  private unsent = 0;
  /** Until when the last of them is held back; -Infinity if none is. */
  private heldUntilMs = -Infinity;

  /** Counts an observation that gets no message. @param kinds bits of the one fault that loses it */
  noteLost(kinds: number): void {
    this.unsent++;
    const [kind] = faultNames(kinds) as [Extract<FaultType, "missing" | "offline">];
    this.lost = { ...this.lost, [kind]: (this.lost?.[kind] ?? 0) + 1 };
  }

  /** The mark of an observation that is sent at once. @param kinds bits of the faults that affect it */
  ofSent(kinds: number, label: string | undefined, observedAtMs: number): string | Mark | undefined {
    const held =
      this.heldUntilMs === -Infinity ? undefined : { count: this.unsent, untilMs: this.heldUntilMs };
    this.unsent = 0;
    this.heldUntilMs = -Infinity;
    return this.make(kinds, label, observedAtMs, held);
  }

  /** The mark of an observation that is held back until a time. */
  ofHeldBack(
    kinds: number,
    label: string | undefined,
    observedAtMs: number,
    untilMs: number,
  ): string | Mark | undefined {
    this.unsent++;
    this.heldUntilMs = Math.max(this.heldUntilMs, untilMs);
    return this.make(kinds, label, observedAtMs, undefined);
  }

  private make(
    kinds: number,
    label: string | undefined,
    observedAtMs: number,
    held: HeldBack | undefined,
  ): string | Mark | undefined {
    const { lost } = this;
    if (kinds === 0 && lost === undefined && held === undefined) return label;
    this.lost = undefined;
    return { label, kinds, observedAtMs, lost, held };
  }
}

/** An observation that is held back until it is due. */
export interface DelayedObservation {
  readonly dueMs: number;
  readonly seq: number;
  readonly timestampMs: number;
  readonly value: number;
  readonly mark: string | Mark | undefined;
}

/** Held-back observations, ordered by when they are due; those due at the same time keep the order in which they were added. */
export class DelayedObservations {
  private items: DelayedObservation[] = [];
  private head = 0;

  get first(): DelayedObservation | undefined {
    return this.items[this.head];
  }

  /** Most observations are added in the order in which they are due, so the search begins at the end. */
  add(observation: DelayedObservation): void {
    let place = this.items.length;
    while (place > this.head && (this.items[place - 1]?.dueMs ?? -Infinity) > observation.dueMs) place--;
    this.items.splice(place, 0, observation);
  }

  removeFirst(): void {
    this.head++;
    // Copying is rare enough to cost nothing per observation.
    if (this.head < 64 || this.head * 2 < this.items.length) return;
    this.items = this.items.slice(this.head);
    this.head = 0;
  }
}
