import { readFileSync } from "node:fs";
import type { ReplaySettings } from "../../contract/models/models";
import { parseReplayTable, type ReplayTable } from "../../contract/models/replay-table";
import { AppError } from "../shared/run-app";
import { messageOf } from "../shared/text";

/**
 * Reads the recorded values that a model replays.
 * @throws AppError where there is no such file, or nothing of the kind in it.
 */
export function readReplayTable({ file, column, timeColumn }: ReplaySettings): ReplayTable {
  const result = parseReplayTable(readBytes(file), { column, timeColumn });
  if (result.kind === "table") return result;
  const place = result.line === undefined ? file : `${file}, line ${result.line}`;
  throw new AppError(`${place}: ${result.reason}`);
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new AppError(`the recorded values cannot be read: ${messageOf(error)}`);
  }
}
