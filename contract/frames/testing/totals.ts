import type { ReconciliationTotals } from "../frames";

/** Totals of so many messages without anything missing, for tests. */
export function completeTotals(messages: number): ReconciliationTotals {
  return {
    produced: messages,
    acknowledged: messages,
    dropped: 0,
    inTopic: messages,
    inTable: messages,
    deadLetters: 0,
    missing: 0,
    repeated: 0,
    declaredLosses: 0,
    declaredDuplicates: 0,
    topicsRead: 1,
    tableRead: 1,
    unproved: [],
    expectsTable: true,
  };
}
