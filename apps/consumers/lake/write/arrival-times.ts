/** Far less than the shortest interval between commits, so that the freshness of the table is exact enough. */
export const arrivalStepMs = 10;

/** The number of rows by step of their timestamps, counted since 1970. */
export type Arrivals = ReadonlyMap<number, number>;

/** Counts timestamps in coarse steps, cheaply if those of one step follow each other, as they do in Kafka. */
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

  /** All timestamps so far. */
  get all(): Arrivals {
    this.endRun();
    return this.counts;
  }

  private endRun(): void {
    if (this.run > 0) this.counts.set(this.step, (this.counts.get(this.step) ?? 0) + this.run);
    this.run = 0;
  }
}
