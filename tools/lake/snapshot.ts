import { type AddFile, parseCommit } from "../../apps/consumers/lake/delta/actions";
import { applyFiles } from "../../apps/consumers/lake/delta/files";
import { Replay, type TableState } from "../../apps/consumers/lake/delta/state";
import type { FileStatistics } from "../../apps/consumers/lake/delta/stats";

/** A table at its newest version. */
export interface Snapshot {
  readonly state: TableState;
  readonly files: readonly DataFile[];
}

/** A data file with what the log says of it. */
export interface DataFile {
  readonly add: AddFile;
  /** Undefined if whoever wrote the file did not say. */
  readonly rows: number | undefined;
  /** The newest `timestamp` in it, or else when it was written; milliseconds since 1970. */
  readonly newest: number;
}

/** @throws LakeError if the log cannot be read. */
export function readSnapshot(texts: ReadonlyMap<number, string>): Snapshot {
  const replay = new Replay();
  const files = new Map<string, AddFile>();
  for (const version of [...texts.keys()].sort((one, other) => one - other)) {
    const actions = parseCommit(version, texts.get(version) ?? "");
    replay.apply({ version, actions });
    applyFiles(files, actions);
  }
  return { state: replay.state(), files: [...files.values()].map(dataFile) };
}

function dataFile(add: AddFile): DataFile {
  const stats = parseStatistics(add.stats);
  const newest = Date.parse(String(stats?.maxValues?.["timestamp"]));
  return { add, rows: stats?.numRecords, newest: Number.isNaN(newest) ? add.modificationTime : newest };
}

function parseStatistics(stats: string | undefined): Partial<FileStatistics> | undefined {
  try {
    return stats === undefined ? undefined : (JSON.parse(stats) as Partial<FileStatistics>);
  } catch {
    return undefined;
  }
}
