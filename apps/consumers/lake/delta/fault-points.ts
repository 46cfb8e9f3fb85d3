/**
 * Places in the life of a commit at which a crash must do no harm. The log's own are reached once for each attempt, those
 * of files once for each file.
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
