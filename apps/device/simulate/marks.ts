import type { FaultType } from "../../../contract/models/faults";
import type { LostLabel } from "../../../contract/messages/fault-labels";
import { faultNames } from "./faults/sensor-faults";
import type { HeldBack, Mark } from "./observation";

/** What a sensor's messages tell of faults: their own, and of observations right before them that are lost or come later. */
export class Marks {
  private lost: LostLabel | undefined;
  /** How many were made since one was sent at once, and until when the last of them is held back, if any is. */
  private unsent = 0;
  private heldUntilMs = -Infinity;

  /** An observation has no message. */
  noteLost(kinds: number): void {
    this.unsent++;
    const [kind] = faultNames(kinds) as [Extract<FaultType, "missing" | "offline">];
    this.lost = { ...this.lost, [kind]: (this.lost?.[kind] ?? 0) + 1 };
  }

  /** Of an observation that is sent at once. @param kinds bits of the faults that struck it */
  ofSent(kinds: number, label: string | undefined, observedAtMs: number): string | Mark | undefined {
    const held =
      this.heldUntilMs === -Infinity ? undefined : { count: this.unsent, untilMs: this.heldUntilMs };
    this.unsent = 0;
    this.heldUntilMs = -Infinity;
    return this.make(kinds, label, observedAtMs, held);
  }

  /** Of one that is held back. */
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
