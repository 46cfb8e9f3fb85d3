import type { Mark } from "./observation";

/** An observation that is held back. */
export interface DelayedObservation {
  readonly dueMs: number;
  readonly seq: number;
  readonly timestampMs: number;
  readonly value: number;
  readonly mark: string | Mark | undefined;
}

/** Observations that are held back, by when they are due; of those due at the same time, in the order of their coming. */
export class DelayedObservations {
  private items: DelayedObservation[] = [];
  private head = 0;

  get first(): DelayedObservation | undefined {
    return this.items[this.head];
  }

  /** Most come in the order in which they are due, so that the search begins at the end. */
  add(observation: DelayedObservation): void {
    let place = this.items.length;
    while (place > this.head && (this.items[place - 1]?.dueMs ?? -Infinity) > observation.dueMs) place--;
    this.items.splice(place, 0, observation);
  }

  removeFirst(): void {
    this.head++;
    // Rarely enough to cost nothing for each.
    if (this.head < 64 || this.head * 2 < this.items.length) return;
    this.items = this.items.slice(this.head);
    this.head = 0;
  }
}
