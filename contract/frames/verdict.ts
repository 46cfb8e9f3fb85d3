import type { ReconciliationTotals, Unproved } from "./frames";

const count = (number: number) => number.toLocaleString("en");

/** The result of the reconciliation in one line, for the page and the terminal. */
export interface Verdict {
  /** `unproved`: something was not read that should have been; `busy`: reading goes on; `none`: nothing was sent. */
  readonly level: "good" | "bad" | "unproved" | "busy" | "none";
  readonly text: string;
  /** More that belongs to the line. */
  readonly detail?: string;
}

export interface VerdictOptions {
  /** The number of gaps, if it is known. */
  readonly gapCount?: number;
  /** Formats a time of day. */
  readonly clock: (timeMs: number) => string;
}

/**
 * Decides whether everything has arrived once. Faults are reported before everything was read; that there are none is reported only
 * after that, and only while all readers make progress.
 */
export function verdictOf(totals: ReconciliationTotals, { gapCount = 0, clock }: VerdictOptions): Verdict {
  const { missing, repeated, unproved, waitingFor } = totals;
  if (missing + repeated > 0 || gapCount > 0) {
    const wrong = [
      ...(missing > 0 ? [`${count(missing)} missing`] : []),
      ...(repeated > 0 ? [`${count(repeated)} repeated`] : []),
    ].join(", ");
    const gaps = gapCount > 0 ? `${count(gapCount)} ${gapCount === 1 ? "gap" : "gaps"}` : "";
    return { level: "bad", text: [gaps, wrong].filter(Boolean).join(": ") };
  }
  if (unproved.length > 0) return unprovedVerdict(unproved, clock);
  if (waitingFor !== undefined) return { level: "busy", text: waitingFor };
  const readShare = Math.min(totals.topicsRead, totals.tableProblem === undefined ? totals.tableRead : 1);
  if (readShare < 1)
    return {
      level: "busy",
      text: `Still reading earlier messages and rows: ${Math.floor(readShare * 100)} %`,
    };
  if (totals.produced + totals.inTopic + totals.inTable === 0)
    return { level: "none", text: "Nothing has been sent yet" };
  if (totals.tableProblem !== undefined)
    return {
      level: "busy",
      text: "The topics have everything; the table cannot be compared",
      detail: totals.tableProblem,
    };
  if (!totals.expectsTable)
    return {
      level: "good",
      text: "Nothing is missing or repeated in the topics",
      detail: "No lake writes a table",
    };
  const onTheWay = totals.inTopic - totals.inTable - totals.deadLetters;
  return {
    level: "good",
    text: "Nothing is missing or repeated",
    ...(onTheWay > 0 && {
      detail: `${count(onTheWay)} ${onTheWay === 1 ? "message is" : "messages are"} on the way to the table`,
    }),
  };
}

function unprovedVerdict(unproved: readonly Unproved[], clock: VerdictOptions["clock"]): Verdict {
  const [first, ...others] = unproved.map((one) => showUnproved(one, clock));
  const reasons = unproved.flatMap(({ reason }) => reason ?? []);
  const detail = [...others, ...new Set(reasons)].join("; ");
  return { level: "unproved", text: `Not proved: ${first ?? ""}`, ...(detail !== "" && { detail }) };
}

/** The text of the {@link Unproved} whose reason is the table's problem. */
export const unreadableTable = "the table cannot be read";

/** `lake has not read device-1/0 since 12:04:10` */
export function showUnproved({ what, sinceMs }: Unproved, clock: VerdictOptions["clock"]): string {
  return sinceMs === undefined ? what : `${what} since ${clock(sinceMs)}`;
}
