/** Numbers from `from` up to and with `to`. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** A set of whole numbers that mostly follow each other, kept as runs. */
export class IntervalSet {
  /** First and last number of each run, ascending, with at least one number missing between two runs. */
  private readonly bounds: number[] = [];

  /** Adds a number. @returns false if the set had it already. */
  addOne(number: number): boolean {
    const { bounds } = this;
    const end = bounds.length - 1;
    // Nearly all numbers come in order, and cost next to nothing here.
    if (end > 0 && number === (bounds[end] ?? 0) + 1) {
      bounds[end] = number;
      return true;
    }
    if (this.has(number)) return false;
    this.add(number, number);
    return true;
  }

  /** Adds the numbers of a range, which may overlap those of the set. */
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

  /** Whether the set has all numbers of a range. */
  covers(from: number, to: number): boolean {
    if (from > to) return true;
    const run = this.runFrom(from);
    return (this.bounds[run] ?? Infinity) <= from && (this.bounds[run + 1] ?? -Infinity) >= to;
  }

  /** How many runs the set has: more than one if something is missing between the first and the last number. */
  get runs(): number {
    return this.bounds.length / 2;
  }

  /** The lowest number; Infinity if the set is empty. */
  get first(): number {
    return this.bounds[0] ?? Infinity;
  }

  /** The highest number; -Infinity if the set is empty. */
  get last(): number {
    return this.bounds.at(-1) ?? -Infinity;
  }

  /** Numbers from `from` up to and with `to` that the set lacks, in order. */
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

  /** Numbers from `from` up to and with `to` that the set has, in order. */
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
    let low = 0;
    let high = bounds.length / 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((bounds[middle * 2 + 1] ?? 0) >= number) high = middle;
      else low = middle + 1;
    }
    return low * 2;
  }
}

/** How many numbers ranges have. */
export function countOf(ranges: readonly NumberRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** What the ranges have and the set does not. */
export function without(
  ranges: readonly NumberRange[],
  set: IntervalSet | undefined,
): readonly NumberRange[] {
  return set === undefined ? ranges : ranges.flatMap(({ from, to }) => set.missing(from, to));
}

/** Numbers that are missing, and since when that is known. */
export interface MissingRange extends NumberRange {
  readonly sinceMs: number;
}

/** What is missing now: numbers that were missing before keep their time, the others have `nowMs`. */
export function withTimes(
  before: readonly MissingRange[],
  missing: readonly NumberRange[],
  nowMs: number,
): readonly MissingRange[] {
  const ranges: MissingRange[] = [];
  let at = 0;
  for (const { from, to } of missing) {
    let next = from;
    while ((before[at]?.to ?? Infinity) < from) at++;
    for (let index = at; index < before.length && next <= to; index++) {
      const known = before[index];
      if (known === undefined || known.from > to) break;
      if (known.from > next) ranges.push({ from: next, to: known.from - 1, sinceMs: nowMs });
      const begin = Math.max(known.from, next);
      const end = Math.min(known.to, to);
      ranges.push({ from: begin, to: end, sinceMs: known.sinceMs });
      next = end + 1;
    }
    if (next <= to) ranges.push({ from: next, to, sinceMs: nowMs });
  }
  return ranges;
}

/** Ranges in order; those that touch become one. */
export function merged(ranges: readonly NumberRange[]): NumberRange[] {
  const found: NumberRange[] = [];
  for (const { from, to } of ranges) {
    const last = found.at(-1);
    if (last !== undefined && last.to === from - 1) found[found.length - 1] = { from: last.from, to };
    else found.push({ from, to });
  }
  return found;
}
