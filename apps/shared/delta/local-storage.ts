import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ancestors, codeOf, failing, makeDirectories, storageFailed, syncDirectories } from "./durable";
import { LakeError } from "./errors";
import { type FaultPoints, noFaults } from "./fault-points";
import { localFiles } from "./local-files";
import { localLog, removeAbandoned } from "./local-log";
import { logDirectory } from "./log-names";
import type { TableStorage } from "./storage";

export interface LocalStorageOptions {
  readonly faults?: FaultPoints;
}

/**
 * A table's storage in a directory of this machine, made if it is not there. Every write is followed by fsync, of the
 * file and then of the directories that lead to it.
 * @throws LakeError LAKE_NOT_A_TABLE if the path holds something else; LAKE_STORAGE_FAILED.
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
      throw new LakeError(
        "LAKE_NOT_A_TABLE",
        `${root} is a file; move it away, and the lake makes its table there`,
      );
    }
    throw storageFailed(`read the directory ${root}`, error);
  }
  if (names.length === 0 || names.includes(logDirectory)) return;
  const shown = names.sort().slice(0, 3).join(", ");
  throw new LakeError(
    "LAKE_NOT_A_TABLE",
    `${root} holds something that is not a Delta table (${shown}${names.length > 3 ? ", …" : ""}); ` +
      "move that away, and the lake makes its table there",
  );
}
