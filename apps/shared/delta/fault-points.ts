/**
 * Places in the life of a commit at which a crash must do no harm. Those of files are
 * reached once for each file, those of the log with each attempt, and "after log link" with each that won.
 */
export type FaultPoint =
  | "before data file fsync"
  | "after data file fsync"
  | "before log link"
  | "after log link"
  | "before checkpoint rename"
  | "after checkpoint rename"
  | "before compaction commit"
  | "after compaction commit"
  | "before Kafka commit"
  | "after Kafka commit";

/** Is told when a fault point is reached. Tests give one that ends the process there. */
export interface FaultPoints {
  reach(point: FaultPoint): void;
}

/** What everybody but a test gives. */
export const noFaults: FaultPoints = { reach: () => {} };
