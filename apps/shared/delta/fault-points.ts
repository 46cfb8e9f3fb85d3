/**
 * Places in the life of a table's file at which a crash must do no harm. Those of data files are reached once for each file, those of
 * the log with each attempt, and "after log link" with each attempt that succeeded.
 */
export type StorageFaultPoint =
  | "before data file fsync"
  | "after data file fsync"
  | "before log link"
  | "after log link"
  | "before checkpoint rename"
  | "after checkpoint rename";

/** Is called when a fault point is reached. A test passes one that ends the process there. */
export interface FaultPoints<Point extends string = StorageFaultPoint> {
  reach(point: Point): void;
}

/** For everything but tests: nothing happens at any point. */
export const noFaults: FaultPoints<string> = { reach: () => {} };
