import type { AddFile } from "../../apps/shared/delta/actions";
import { LakeError } from "../../apps/shared/delta/errors";
import { readSnapshot, type Snapshot } from "../../apps/shared/delta/snapshot";
import type { TableState } from "../../apps/shared/delta/state";
import type { FileStatistics } from "../../apps/shared/delta/stats";
import type { StoredTable } from "./container";
import { NotThere } from "./docker";
import { copyTail, copyWhole, type LogCopy } from "./log-copy";

/** A table at its newest version. */
export interface TableSnapshot {
  readonly table: StoredTable;
  readonly state: TableState;
  readonly files: readonly DataFile[];
  /** The checkpoint that the table was read from, if it has one. */
  readonly checkpoint: Checkpoint | undefined;
}

export interface Checkpoint {
  readonly version: number;
  /** Milliseconds since 1970, if known. */
  readonly writtenMs: number | undefined;
}

/** A data file with what the log says of it. */
export interface DataFile {
  readonly add: AddFile;
  /** Undefined if whoever wrote the file did not say. */
  readonly rows: number | undefined;
  /** The newest `timestamp` in it, or else when it was written; milliseconds since 1970. */
  readonly newest: number;
}

/** @returns undefined if there is no table. @throws LakeError if its log cannot be read. */
export async function readTable(table: StoredTable): Promise<TableSnapshot | undefined> {
  const tail = await copyTail(table);
  if (tail !== undefined) {
    try {
      const snapshot = await snapshotOf(table, tail);
      if (snapshot !== undefined) return snapshot;
    } catch (error) {
      // Where the last checkpoint is damaged, all that the log holds may do.
      if (!(error instanceof LakeError)) throw error;
    }
  }
  try {
    return await snapshotOf(table, await copyWhole(table));
  } catch (error) {
    if (error instanceof NotThere) return undefined;
    throw error;
  }
}

async function snapshotOf(table: StoredTable, log: LogCopy): Promise<TableSnapshot | undefined> {
  const snapshot = await readSnapshot(log);
  if (snapshot === undefined) return undefined;
  const files = [...snapshot.files.values()].map(dataFile);
  return { table, state: snapshot.state, files, checkpoint: checkpointOf(snapshot, log) };
}

function checkpointOf({ checkpoint }: Snapshot, log: LogCopy): Checkpoint | undefined {
  return checkpoint === undefined
    ? undefined
    : { version: checkpoint, writtenMs: log.checkpointWritten(checkpoint) };
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
