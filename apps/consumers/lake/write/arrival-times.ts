/** Far less than the shortest interval between commits: what is between them says nothing of how fresh the table is. */
export const arrivalStepMs = 10;

/** How many rows have timestamps of each step since 1970. */
export type Arrivals = ReadonlyMap<number, number>;

/** Counts timestamps in coarse steps, cheaply where those of one step follow each other, as they do in Kafka. */
export class ArrivalTimes {
  private readonly counts = new Map<number, number>();
  private step = Number.NaN;
  private run = 0;

  /** @param timeMs milliseconds since 1970 */
  add(timeMs: number): void {
    const step = Math.floor(timeMs / arrivalStepMs);
    if (step !== this.step) {
      this.endRun();
      this.step = step;
    }
    this.run++;
  }

  /** All that were added so far. */
  get all(): Arrivals {
    this.endRun();
    return this.counts;
  }

  private endRun(): void {
    if (this.run > 0) this.counts.set(this.step, (this.counts.get(this.step) ?? 0) + this.run);
    this.run = 0;
  }
}
