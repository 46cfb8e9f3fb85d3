import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, stat, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { LakeError } from "./errors";
import { type FileStore, type LogStore, logFileName, logFileVersion, type TableStorage } from "./storage";

const logDirectory = "_delta_log";

/** A writer holds its temporary file for moments; one this old was left behind by a process that was killed. */
const abandonedAfterMs = 3_600_000;

/**
 * A table's storage in a directory of this machine, made if it is not there. Every write is followed by fsync, of the
 * file and then of the directories that lead to it.
 * @throws LakeError LAKE_NOT_A_TABLE if the path holds something else; LAKE_STORAGE_FAILED.
 */
export async function openLocalStorage(path: string): Promise<TableStorage> {
  const root = resolve(path);
  const logPath = join(root, logDirectory);
  await requireTableOrNothing(root);
  await failing(`make the directory ${logPath}`, async () => {
    const created = await makeDirectories(logPath);
    if (created !== undefined) await syncDirectories(ancestors(logPath, dirname(created)));
    await removeAbandoned(logPath);
  });
  return { location: root, log: localLog(logPath), files: localFiles(root) };
}

async function requireTableOrNothing(root: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(root);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    if (codeOf(error) === "ENOTDIR") {
      throw new LakeError("LAKE_NOT_A_TABLE", `${root} is a file; give the lake the path of a directory`);
    }
    throw storageFailed(`read the directory ${root}`, error);
  }
  if (names.length === 0 || names.includes(logDirectory)) return;
  const shown = names.sort().slice(0, 3).join(", ");
  throw new LakeError(
    "LAKE_NOT_A_TABLE",
    `${root} holds something that is not a Delta table (${shown}${names.length > 3 ? ", …" : ""}); ` +
      "give the lake an empty directory or another path",
  );
}

function localLog(directory: string): LogStore {
  return {
    list: () =>
      failing(`read the directory ${directory}`, async () => {
        const versions = (await readdir(directory)).map(logFileVersion);
        return versions.filter((version) => version !== undefined).sort((one, other) => one - other);
      }),

    read: (version) =>
      failing(`read ${logFileName(version)}`, async () => {
        try {
          return await readFile(join(directory, logFileName(version)), "utf8");
        } catch (error) {
          if (codeOf(error) === "ENOENT") return undefined;
          throw error;
        }
      }),

    putIfAbsent: (version, text) =>
      failing(`write ${logFileName(version)}`, async () => {
        const name = logFileName(version);
        const temporary = join(directory, `.${name}.${randomUUID()}.tmp`);
        try {
          await writeDurably(temporary, Buffer.from(text, "utf8"));
          try {
            await link(temporary, join(directory, name));
          } catch (error) {
            if (codeOf(error) === "EEXIST") return "exists";
            throw error;
          }
        } finally {
          await unlink(temporary).catch(() => {});
        }
        await syncDirectories([directory]);
        return "written";
      }),
  };
}

function localFiles(root: string): FileStore {
  return {
    write: (files) =>
      failing("write data files", async () => {
        const directories = new Set<string>();
        const begun: string[] = [];
        try {
          for (const { path, contents } of files) {
            const target = join(root, path);
            const directory = dirname(target);
            if (!directories.has(directory)) await makeDirectories(directory);
            for (const ancestor of ancestors(directory, root)) directories.add(ancestor);
            await writeDurably(target, contents, () => begun.push(target));
          }
          // Also those that were there: whoever made them may have been killed before they were durable.
          await syncDirectories(directories);
        } catch (error) {
          // No commit will name them, and a full volume should not stay full of them.
          for (const target of begun) await unlink(target).catch(() => {});
          throw error;
        }
      }),
  };
}

/**
 * Makes a directory and those it lies in, one by one: on a read-only volume Node's recursive way reports a missing
 * directory.
 * @returns the outermost directory that was made, if any.
 */
async function makeDirectories(directory: string): Promise<string | undefined> {
  try {
    await mkdir(directory);
    return directory;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return undefined;
    if (codeOf(error) !== "ENOENT" || dirname(directory) === directory) throw error;
  }
  const outermost = await makeDirectories(dirname(directory));
  const innermost = await makeDirectories(directory);
  return outermost ?? innermost;
}

async function writeDurably(path: string, contents: Uint8Array, onMade = () => {}): Promise<void> {
  const file = await open(path, "wx");
  onMade();
  try {
    await file.writeFile(contents);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectories(directories: Iterable<string>): Promise<void> {
  for (const directory of directories) {
    const handle = await open(directory, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

/** A directory and all that it lies in, up to and including `top`. */
function ancestors(directory: string, top: string): string[] {
  const found = [directory];
  for (let at = directory; at !== top && dirname(at) !== at; at = dirname(at)) found.push(dirname(at));
  return found;
}

async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!/^\.\d{20}\.json\..+\.tmp$/.test(name)) continue;
    const path = join(directory, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > abandonedAfterMs) await unlink(path).catch(() => {});
  }
}

async function failing<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof LakeError ? error : storageFailed(what, error);
  }
}

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: "the volume is full: make room",
  EDQUOT: "the disk quota is used up: make room",
  EROFS: "the volume is mounted read-only: mount it writable",
  EACCES: "this user may not: make the volume writable for it",
  EPERM: "the file system does not allow it: the lake needs one with hard links",
  ENOTSUP: "the file system cannot do it: the lake needs one with hard links",
  EIO: "the disk reports an error: check it",
};

function storageFailed(what: string, error: unknown): LakeError {
  const code = codeOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  const remedy = remedies[code ?? ""];
  return new LakeError(
    "LAKE_STORAGE_FAILED",
    `could not ${what}: ${remedy === undefined ? reason : `${remedy} (${reason})`}`,
    { canRetry: true, cause: error },
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}
