import type { Point } from "../../../../contract/frames/frames";

const fewest = 16;

/** The newest points of one sensor, in the order of their times. Memory grows with what there is. */
export class Curve {
  private times = new Float64Array(fewest);
  private values = new Float64Array(fewest);
  /** Points that were ever added; the newest lie in the arrays, as rings. */
  private added = 0;
  private newestMs = -Infinity;

  /**
   * Adds a point, unless it is not newer than the newest: a curve goes from left to right, whatever came late or twice.
   * @param capacity how many points may be kept now
   */
  add(timeMs: number, value: number, capacity: number): void {
    if (timeMs <= this.newestMs) return;
    if (this.added === this.times.length && this.times.length < capacity) this.grow(capacity);
    const place = this.added % this.times.length;
    this.times[place] = timeMs;
    this.values[place] = value;
    this.newestMs = timeMs;
    this.added++;
  }

  /** A mark of how far the curve has come, for {@link since}. */
  get mark(): number {
    return this.added;
  }

  /** Points that were added after a mark, as far as they are kept, and at most so many of the newest. */
  since(mark: number, most = Infinity): Point[] {
    const { length } = this.times;
    const points: Point[] = [];
    for (let at = Math.max(0, mark, this.added - Math.min(length, most)); at < this.added; at++)
      points.push([this.times[at % length] ?? 0, this.values[at % length] ?? 0]);
    return points;
  }

  /** At most so many of the newest points. */
  newest(most: number): Point[] {
    return this.since(0, most);
  }

  /** Only while nothing was overwritten, so that places need not be turned. */
  private grow(capacity: number): void {
    const length = Math.min(capacity, this.times.length * 2);
    const [times, values] = [new Float64Array(length), new Float64Array(length)];
    times.set(this.times);
    values.set(this.values);
    [this.times, this.values] = [times, values];
  }
}
