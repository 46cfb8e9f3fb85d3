import { basename } from "node:path/posix";
import type { FileStatistics } from "../../../apps/shared/delta/data-files/statistics";
import { DeltaError } from "../../../apps/shared/delta/errors";
import type { AddFile } from "../../../apps/shared/delta/log/actions";
import { readSnapshot, type Snapshot } from "../../../apps/shared/delta/log/snapshot";
import type { TableState } from "../../../apps/shared/delta/log/state";
import {
  checkpointName,
  lastCheckpointName,
  listingOf,
  logDirectory,
  logFileName,
  logFileVersion,
  parseLastCheckpoint,
} from "../../../apps/shared/delta/storage/log-names";
import type { LogReader } from "../../../apps/shared/delta/storage/storage";
import { NotThere } from "./docker";
import type { StoredTable } from "./container";
import type { TarFile } from "./tar";

/** A table at its latest version. */
export interface TableSnapshot {
  readonly table: StoredTable;
  readonly state: TableState;
  readonly files: readonly DataFile[];
  /** The checkpoint that reading started from, if any. */
  readonly checkpoint: Checkpoint | undefined;
}

export interface Checkpoint {
  readonly version: number;
  /** Milliseconds since 1970, if known. */
  readonly writtenMs: number | undefined;
}

/** A data file with its description in the log. */
export interface DataFile {
  readonly add: AddFile;
  /** Undefined if the writer of the file did not count them. */
  readonly rows: number | undefined;
  /** Its latest `timestamp`, or the time at which it was written if that is unknown; milliseconds since 1970. */
  readonly newest: number;
}

/** @returns undefined if there is no table. @throws DeltaError if its log cannot be read. */
export async function readTable(table: StoredTable): Promise<TableSnapshot | undefined> {
  const tail = await copyTail(table);
  if (tail !== undefined) {
    try {
      const snapshot = await snapshotOf(table, tail);
      if (snapshot !== undefined) return snapshot;
    } catch (error) {
      // If the last checkpoint is damaged, the whole log may still be readable.
      if (!(error instanceof DeltaError)) throw error;
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

/** A copy of a table's log at one moment. */
export interface LogCopy extends LogReader {
  /** When a checkpoint was written, in milliseconds since 1970; undefined until it is read. */
  checkpointWritten(version: number): number | undefined;
}

/** With more commits after the checkpoint, one copy of the whole log is faster. */
const maxCommitsOneByOne = 32;
/** Docker's client needs tens of milliseconds to copy a file, and waits for most of them. */
const atOnce = 4;

/**
 * Copies only the last checkpoint that the log names and the commits after it.
 * @returns undefined if it names none, the checkpoint does not exist, or very many commits follow it.
 */
async function copyTail(table: StoredTable): Promise<LogCopy | undefined> {
  const hint = await fileIn(table, lastCheckpointName);
  const version = hint === undefined ? undefined : parseLastCheckpoint(hint.contents.toString("utf8"));
  if (version === undefined) return undefined;
  const checkpoint = await fileIn(table, checkpointName(version));
  if (checkpoint === undefined) return undefined;
  const commits = new Map<number, string>();
  for (let from = version + 1; from <= version + maxCommitsOneByOne; from += atOnce) {
    const versions = Array.from({ length: atOnce }, (_, index) => from + index);
    const files = await Promise.all(versions.map((one) => fileIn(table, logFileName(one))));
    for (const [index, file] of files.entries()) {
      if (file === undefined) return new Copy(table, commits, new Map([[version, checkpoint]]), [version]);
      commits.set(from + index, file.contents.toString("utf8"));
    }
  }
  return undefined;
}

/** Copies all commits of the log, and each checkpoint on request. @throws NotThere if there is no table. */
async function copyWhole(table: StoredTable): Promise<LogCopy> {
  const commits = new Map<number, string>();
  const names: string[] = [];
  const isCommit = (path: string) => {
    names.push(basename(path));
    return logFileVersion(basename(path)) !== undefined;
  };
  for await (const file of table.readFiles(logDirectory, isCommit)) {
    const version = logFileVersion(basename(file.name));
    if (version !== undefined) commits.set(version, file.contents.toString("utf8"));
  }
  return new Copy(table, commits, new Map(), listingOf(names).checkpoints);
}

class Copy implements LogCopy {
  constructor(
    private readonly table: StoredTable,
    private readonly commits: ReadonlyMap<number, string>,
    private readonly copied: Map<number, TarFile>,
    private readonly checkpoints: readonly number[],
  ) {}

  list() {
    const commits = [...this.commits.keys()].sort((one, other) => one - other);
    return Promise.resolve({ commits, checkpoints: this.checkpoints });
  }

  read(version: number) {
    return Promise.resolve(this.commits.get(version));
  }

  async readCheckpoint(version: number) {
    const file = this.copied.get(version) ?? (await fileIn(this.table, checkpointName(version)));
    if (file !== undefined) this.copied.set(version, file);
    return file?.contents;
  }

  checkpointWritten(version: number) {
    return this.copied.get(version)?.modifiedMs;
  }
}

async function fileIn(table: StoredTable, name: string): Promise<TarFile | undefined> {
  try {
    return await table.readFile(`${logDirectory}/${name}`);
  } catch (error) {
    if (error instanceof NotThere) return undefined;
    throw error;
  }
}
