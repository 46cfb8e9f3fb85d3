import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { join as joinUrl } from "node:path/posix";
import {
  ancestors,
  failing,
  makeDirectories,
  removeFile,
  syncDirectories,
  unlessMissing,
  writeDurably,
} from "./durable";
import type { FaultPoints } from "./fault-points";
import type { FileStore, NewFile, StoredFile } from "./storage";

/** A table's data files in a directory that is there. */
export function localFiles(root: string, faults: FaultPoints): FileStore {
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
    // Also those that were there: whoever made them may have been killed before they were durable.
    await syncDirectories(directories);
  } catch (error) {
    // No commit will name them, and a full volume should not stay full of them.
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
