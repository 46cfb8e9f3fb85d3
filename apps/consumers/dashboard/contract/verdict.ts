import type { ConservationTotals } from "./frames";

const count = (number: number) => number.toLocaleString("en");

/** What conservation comes to, in one line, for the page and for the terminal. */
export interface Verdict {
  readonly level: "good" | "bad" | "busy" | "none";
  readonly text: string;
  /** What the line does not say. */
  readonly detail?: string;
}

/**
 * Whether everything is where it has to be. What is wrong counts before all has been read; that nothing is wrong only after.
 *
 * @param gapCount how many gaps there are, where that is known
 */
export function verdictOf(totals: ConservationTotals, gapCount = 0): Verdict {
  const { missing, repeated } = totals;
  if (missing + repeated > 0 || gapCount > 0) {
    const wrong = [
      ...(missing > 0 ? [`${count(missing)} missing`] : []),
      ...(repeated > 0 ? [`${count(repeated)} repeated`] : []),
    ].join(", ");
    const gaps = gapCount > 0 ? `${count(gapCount)} ${gapCount === 1 ? "gap" : "gaps"}` : "";
    return { level: "bad", text: [gaps, wrong].filter(Boolean).join(": ") };
  }
  const readShare = Math.min(totals.topicsRead, totals.tableProblem === undefined ? totals.tableRead : 1);
  if (readShare < 1)
    return { level: "busy", text: `Still reading what was there before: ${Math.floor(readShare * 100)} %` };
  if (totals.produced + totals.inTopic + totals.inTable === 0)
    return { level: "none", text: "Nothing has been sent yet" };
  if (totals.tableProblem !== undefined)
    return {
      level: "busy",
      text: "Topics have everything; the table cannot be compared",
      detail: totals.tableProblem,
    };
  return { level: "good", text: "Nothing is missing or repeated" };
}
