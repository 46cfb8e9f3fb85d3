import type { Incarnation } from "../../../shared/lake-table/incarnations";
import type { CommitFrame, LakeSummary, MinuteFrame } from "../../../../contract/frames/frames";

/** What can be seen of the tables at a moment; `TableWatch` keeps it current. */
export interface TableView {
  /** Undefined while there is no table. How fresh rows are is not in the table. */
  readonly summary: Omit<LakeSummary, "freshnessMs"> | undefined;
  /** The newest first. */
  readonly commits: readonly CommitFrame[];
  /** The newest minutes, in order. */
  readonly minutes: readonly MinuteFrame[];
  /** Partitions of the table, all of them. */
  readonly minuteCount: number;
  /** How far the table is with each topic, the present incarnation last. */
  readonly incarnations: ReadonlyMap<string, readonly Incarnation[]>;
  /** Why a table cannot be read, one line; undefined if it can, or if there is none yet. */
  readonly problem: string | undefined;
}

/** How far the rows of the tables were read, since the start or the last new beginning. */
export interface ReadingState {
  /** Of what was there at the beginning: 0 to 1. */
  readonly progress: number;
  /** Why the rows cannot be read, one line. */
  readonly problem: string | undefined;
}
