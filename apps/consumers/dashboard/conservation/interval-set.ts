/** Numbers from `from` up to and with `to`. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** A set of whole numbers that mostly follow each other, kept as runs. */
export class IntervalSet {
  /** First and last number of each run, ascending, with at least one number missing between two runs. */
  private readonly bounds: number[] = [];

  /** Adds a number. @returns false if it was there already. */
  addOne(number: number): boolean {
    const { bounds } = this;
    const end = bounds.length - 1;
    // What comes in order, as nearly everything does, costs next to nothing.
    if (end > 0 && number === (bounds[end] ?? 0) + 1) {
      bounds[end] = number;
      return true;
    }
    if (this.has(number)) return false;
    this.add(number, number);
    return true;
  }

  /** Adds the numbers of a range, those included that were there already. */
  add(from: number, to: number): void {
    const { bounds } = this;
    // Runs that touch the range, or lie right beside it, become one with it.
    const begin = this.runFrom(from - 1);
    let end = begin;
    while (end < bounds.length && (bounds[end] ?? 0) <= to + 1) end += 2;
    if (end === begin) {
      bounds.splice(begin, 0, from, to);
      return;
    }
    bounds[begin] = Math.min(from, bounds[begin] ?? from);
    bounds[begin + 1] = Math.max(to, bounds[end - 1] ?? to);
    if (end > begin + 2) bounds.splice(begin + 2, end - begin - 2);
  }

  has(number: number): boolean {
    const run = this.runFrom(number);
    return run < this.bounds.length && (this.bounds[run] ?? 0) <= number;
  }

  /** Whether all numbers of a range are there. */
  covers(from: number, to: number): boolean {
    if (from > to) return true;
    const run = this.runFrom(from);
    return (this.bounds[run] ?? Infinity) <= from && (this.bounds[run + 1] ?? -Infinity) >= to;
  }

  /** How many runs there are: more than one if something is missing between the first and the last number. */
  get runs(): number {
    return this.bounds.length / 2;
  }

  /** The lowest number; Infinity if there is none. */
  get first(): number {
    return this.bounds[0] ?? Infinity;
  }

  /** The highest number; -Infinity if there is none. */
  get last(): number {
    return this.bounds.at(-1) ?? -Infinity;
  }

  /** What is missing of the numbers from `from` up to and with `to`, in order. */
  missing(from: number, to: number): NumberRange[] {
    const ranges: NumberRange[] = [];
    let next = from;
    for (let run = this.runFrom(from); run < this.bounds.length && next <= to; run += 2) {
      const begin = this.bounds[run] ?? 0;
      if (begin > next) ranges.push({ from: next, to: Math.min(begin - 1, to) });
      next = (this.bounds[run + 1] ?? 0) + 1;
    }
    if (next <= to) ranges.push({ from: next, to });
    return ranges;
  }

  /** What is there of the numbers from `from` up to and with `to`, in order. */
  present(from: number, to: number): NumberRange[] {
    const ranges: NumberRange[] = [];
    for (let run = this.runFrom(from); run < this.bounds.length; run += 2) {
      const begin = this.bounds[run] ?? 0;
      if (begin > to) break;
      ranges.push({ from: Math.max(begin, from), to: Math.min(this.bounds[run + 1] ?? 0, to) });
    }
    return ranges;
  }

  /** The place in {@link bounds} of the first run that ends at a number or after it. */
  private runFrom(number: number): number {
    const { bounds } = this;
    let least = 0;
    let most = bounds.length / 2;
    while (least < most) {
      const middle = (least + most) >>> 1;
      if ((bounds[middle * 2 + 1] ?? 0) >= number) most = middle;
      else least = middle + 1;
    }
    return least * 2;
  }
}

/** How many numbers there are in ranges. */
export function countOf(ranges: readonly NumberRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}
