import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { join as joinUrl } from "node:path/posix";
import { DeltaError } from "../errors";
import { type FaultPoints, noFaults } from "../fault-points";
import {
  ancestors,
  codeOf,
  failing,
  makeDirectories,
  removeFile,
  storageFailed,
  syncDirectories,
  unlessMissing,
  writeDurably,
} from "./durable";
import { localLog, removeAbandoned } from "./local-log";
import { listingOf, logDirectory } from "./log-names";
import type { FileStore, LogReader, LogStore, NewFile, StoredFile, TableStorage } from "./storage";

export interface LocalStorageOptions {
  readonly faults?: FaultPoints;
}

/**
 * A table's storage in a directory of this machine, which is created if it does not exist. Every write is followed by fsync of the
 * file and then of the directories that lead to it.
 * @throws DeltaError NOT_A_TABLE if the path holds something else; STORAGE_FAILED.
 */
export async function openLocalStorage(
  path: string,
  { faults = noFaults }: LocalStorageOptions = {},
): Promise<TableStorage> {
  const root = resolve(path);
  const logPath = join(root, logDirectory);
  await requireTableOrNothing(root);
  await failing(`make the directory ${logPath}`, async () => {
    const created = await makeDirectories(logPath);
    if (created !== undefined) await syncDirectories(ancestors(logPath, dirname(created)));
    await removeAbandoned(logPath);
  });
  return { location: root, log: localLog(logPath, faults), files: localFiles(root, faults) };
}

async function requireTableOrNothing(root: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(root);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    if (codeOf(error) === "ENOTDIR") {
      throw new DeltaError(
        "NOT_A_TABLE",
        `${root} is a file; move it away, and the lake creates its table there`,
      );
    }
    throw storageFailed(`read the directory ${root}`, error);
  }
  if (names.length === 0 || names.includes(logDirectory)) return;
  const shown = names.sort().slice(0, 3).join(", ");
  throw new DeltaError(
    "NOT_A_TABLE",
    `${root} holds something that is not a Delta table (${shown}${names.length > 3 ? ", …" : ""}); ` +
      "move that away, and the lake creates its table there",
  );
}

/** Access to a table for reading only. */
export interface TableReading {
  /** Where the table is, for messages. */
  readonly location: string;
  readonly log: LogReader & Pick<LogStore, "has">;
  readonly files: Pick<FileStore, "read">;
}

/** A table in a directory of this machine that may not exist yet, for reading only: nothing is created or written. */
export function localReading(path: string): TableReading {
  const root = resolve(path);
  const directory = join(root, logDirectory);
  const list = async () => listingOf((await unlessMissing(readdir(directory))) ?? []);
  return {
    location: root,
    log: {
      ...localLog(directory, noFaults),
      list: () => failing(`read the directory ${directory}`, list),
    },
    files: localFiles(root, noFaults),
  };
}

/** A table's data files in an existing directory. */
function localFiles(root: string, faults: FaultPoints): FileStore {
  return {
    write: (files) => failing("write data files", () => writeAll(root, files, faults)),

    read: (path) => failing(`read ${path}`, () => unlessMissing(readFile(join(root, path)))),

    remove: (paths) =>
      failing("remove data files", async () => {
        for (const path of paths) await removeFile(join(root, path));
      }),

    walk: () => walk(root, ""),
  };
}

async function writeAll(root: string, files: readonly NewFile[], faults: FaultPoints): Promise<void> {
  const directories = new Set<string>();
  const begun: string[] = [];
  try {
    for (const { path, contents } of files) {
      const target = join(root, path);
      const directory = dirname(target);
      if (!directories.has(directory)) await makeDirectories(directory);
      for (const ancestor of ancestors(directory, root)) directories.add(ancestor);
      await writeDurably(target, contents, {
        made: () => begun.push(target),
        beforeSync: () => faults.reach("before data file fsync"),
        afterSync: () => faults.reach("after data file fsync"),
      });
    }
    // Including existing directories: the process that created them may have been killed before they were durable.
    await syncDirectories(directories);
  } catch (error) {
    // No commit will name them, and they should not keep a volume full.
    for (const target of begun) await removeFile(target).catch(() => {});
    throw error;
  }
}

async function* walk(root: string, path: string): AsyncGenerator<readonly StoredFile[]> {
  const entries = await failing(`read the directory ${join(root, path)}`, () =>
    unlessMissing(readdir(join(root, path), { withFileTypes: true })),
  );
  const files: StoredFile[] = [];
  const directories: string[] = [];
  for (const entry of entries ?? []) {
    if (/^[_.]/.test(entry.name)) continue;
    const inner = joinUrl(path, entry.name);
    if (entry.isDirectory()) directories.push(inner);
    else if (entry.isFile()) {
      const found = await failing(`look at ${inner}`, () => unlessMissing(stat(join(root, inner))));
      if (found !== undefined) files.push({ path: inner, modifiedAt: found.mtimeMs });
    }
  }
  if (files.length > 0) yield files;
  for (const directory of directories) yield* walk(root, directory);
}
