import { basename } from "node:path/posix";
import {
  checkpointName,
  lastCheckpointName,
  listingOf,
  logDirectory,
  logFileName,
  logFileVersion,
  parseLastCheckpoint,
} from "../../apps/shared/delta/log-names";
import type { LogReader } from "../../apps/shared/delta/storage";
import type { StoredTable } from "./container";
import { NotThere } from "./docker";
import type { TarFile } from "./tar";

/** A table's log, copied as it was at one moment. */
export interface LogCopy extends LogReader {
  /** When a checkpoint was written, in milliseconds since 1970; undefined until it is read. */
  checkpointWritten(version: number): number | undefined;
}

/** Beyond this many commits after the checkpoint, one copy of the whole log is faster. */
const longestTail = 32;
/** Copying a file takes Docker's client tens of milliseconds, most of them waiting. */
const atOnce = 4;

/**
 * Copies the last checkpoint that the log names and the commits after it, whatever else the log holds.
 * @returns undefined if it names none, or one that is not there, or there are very many commits after it.
 */
export async function copyTail(table: StoredTable): Promise<LogCopy | undefined> {
  const hint = await fileIn(table, lastCheckpointName);
  const version = hint === undefined ? undefined : parseLastCheckpoint(hint.contents.toString("utf8"));
  if (version === undefined) return undefined;
  const checkpoint = await fileIn(table, checkpointName(version));
  if (checkpoint === undefined) return undefined;
  const commits = new Map<number, string>();
  for (let from = version + 1; from <= version + longestTail; from += atOnce) {
    const versions = Array.from({ length: atOnce }, (_, index) => from + index);
    const files = await Promise.all(versions.map((one) => fileIn(table, logFileName(one))));
    for (const [index, file] of files.entries()) {
      if (file === undefined) return new Copy(table, commits, new Map([[version, checkpoint]]), [version]);
      commits.set(from + index, file.contents.toString("utf8"));
    }
  }
  return undefined;
}

/** Copies all commits of the log, and its checkpoints as they are asked for. @throws NotThere if there is no table. */
export async function copyWhole(table: StoredTable): Promise<LogCopy> {
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
