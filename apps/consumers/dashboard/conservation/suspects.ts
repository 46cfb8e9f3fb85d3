import type { NumberRange } from "./interval-set";

/** What is missing, and since when that is known. */
export interface Suspect extends NumberRange {
  readonly sinceMs: number;
}

/** What is missing now: what was before keeps its time, the rest has this one. */
export function carried(
  former: readonly Suspect[],
  missing: readonly NumberRange[],
  nowMs: number,
): readonly Suspect[] {
  const suspects: Suspect[] = [];
  let at = 0;
  for (const { from, to } of missing) {
    let next = from;
    while ((former[at]?.to ?? Infinity) < from) at++;
    for (let index = at; index < former.length && next <= to; index++) {
      const known = former[index];
      if (known === undefined || known.from > to) break;
      if (known.from > next) suspects.push({ from: next, to: known.from - 1, sinceMs: nowMs });
      const begin = Math.max(known.from, next);
      const end = Math.min(known.to, to);
      suspects.push({ from: begin, to: end, sinceMs: known.sinceMs });
      next = end + 1;
    }
    if (next <= to) suspects.push({ from: next, to, sinceMs: nowMs });
  }
  return suspects;
}

/** Ranges in order, those that touch as one. */
export function joined(ranges: readonly NumberRange[]): NumberRange[] {
  const found: NumberRange[] = [];
  for (const { from, to } of ranges) {
    const last = found.at(-1);
    if (last !== undefined && last.to === from - 1) found[found.length - 1] = { from: last.from, to };
    else found.push({ from, to });
  }
  return found;
}
