import type { Commit } from "../../../shared/delta/log/state";
import type { CommitFrame } from "../../../../contract/frames/frames";
import { rowsOf } from "./live-files";

/** A commit as pages show it. One that only rearranges adds no rows. */
export function commitFrame({ version, actions }: Commit): CommitFrame {
  const frame = { version, timeMs: 0, operation: "", rowsAdded: 0, filesAdded: 0, filesRemoved: 0 };
  for (const action of actions) {
    if ("add" in action) {
      frame.filesAdded++;
      if (action.add.dataChange) frame.rowsAdded += rowsOf(action.add);
      // Writers need not say when they commit; when they wrote the data they do.
      if (frame.timeMs === 0) frame.timeMs = action.add.modificationTime;
    } else if ("remove" in action) frame.filesRemoved++;
    else if ("commitInfo" in action) {
      const { timestamp, operation } = action.commitInfo;
      if (typeof timestamp === "number") frame.timeMs = timestamp;
      if (typeof operation === "string") frame.operation = operation;
    }
  }
  return frame;
}

const windowMs = 60_000;

/** Rows that commits have added a second, in the last minute. @param commits the newest first */
export function rowsPerSecond(commits: readonly CommitFrame[], nowMs: number): number {
  const past = commits.filter(({ timeMs }) => timeMs <= nowMs);
  const recent = past.filter(({ timeMs }) => timeMs > nowMs - windowMs);
  const [newest] = recent;
  if (newest === undefined) return 0;
  // Rows of a commit came since the one before it.
  const before = past[recent.length];
  const counted = before === undefined ? recent.slice(0, -1) : recent;
  const sinceMs = (before ?? recent.at(-1))?.timeMs ?? newest.timeMs;
  const rows = counted.reduce((sum, { rowsAdded }) => sum + rowsAdded, 0);
  const spanMs = Math.min(newest.timeMs - sinceMs, windowMs);
  return spanMs <= 0 ? 0 : (rows * 1_000) / spanMs;
}
