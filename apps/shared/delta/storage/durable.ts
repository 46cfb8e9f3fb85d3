import { randomUUID } from "node:crypto";
import { mkdir, open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DeltaError } from "../errors";

/**
 * Creates a directory and its parents, one by one: on a read-only volume, Node's recursive option would report a missing directory.
 * @returns the outermost directory that was created, if any.
 */
export async function makeDirectories(directory: string): Promise<string | undefined> {
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

/** Callbacks around the fsync of a new file. */
export interface WritingSteps {
  /** The file exists, and is empty. */
  readonly made?: () => void;
  readonly beforeSync?: () => void;
  readonly afterSync?: () => void;
}

/** Writes a file that must not exist yet, with fsync of the file but not of its directory. */
export async function writeDurably(
  path: string,
  contents: Uint8Array,
  { made, beforeSync, afterSync }: WritingSteps = {},
): Promise<void> {
  const file = await open(path, "wx");
  made?.();
  try {
    await file.writeFile(contents);
    beforeSync?.();
    await file.sync();
  } finally {
    await file.close();
  }
  afterSync?.();
}

/** Replaces a file, so that a reader sees either the old or the new one, complete. */
export async function replaceDurably(
  path: string,
  contents: Uint8Array,
  { before, after }: { readonly before?: () => void; readonly after?: () => void } = {},
): Promise<void> {
  const temporary = temporaryFor(path);
  try {
    await writeDurably(temporary, contents);
    before?.();
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  after?.();
  await syncDirectories([dirname(path)]);
}

/** A temporary name in the same directory, which readers of tables ignore. */
export function temporaryFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
}

export async function syncDirectories(directories: Iterable<string>): Promise<void> {
  for (const directory of directories) {
    const handle = await open(directory, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

/** A directory and its parents, up to and including `top`. */
export function ancestors(directory: string, top: string): string[] {
  const found = [directory];
  for (let at = directory; at !== top && dirname(at) !== at; at = dirname(at)) found.push(dirname(at));
  return found;
}

/** Removes a file, if it exists. @returns whether it existed. */
export async function removeFile(path: string): Promise<boolean> {
  return (await unlessMissing(unlink(path).then(() => true))) ?? false;
}

/** The result of `work`; undefined if its file or directory does not exist. */
export async function unlessMissing<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Runs work on files. @param what the work, for the message. @throws DeltaError STORAGE_FAILED with the reason and the remedy. */
export async function failing<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DeltaError ? error : storageFailed(what, error);
  }
}

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: "the volume is full: make room",
  EDQUOT: "the disk quota is used up: make room",
  EROFS: "the volume is mounted read-only: mount it writable",
  EACCES: "this user has no permission: make the volume writable for it",
  EPERM: "the file system does not allow it: the lake needs one with hard links",
  ENOTSUP: "the file system does not support it: the lake needs one with hard links",
  EIO: "the disk reports an error: check it",
};

export function storageFailed(what: string, error: unknown): DeltaError {
  const code = codeOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  const remedy = remedies[code ?? ""];
  return new DeltaError(
    "STORAGE_FAILED",
    `could not ${what}: ${remedy === undefined ? reason : `${remedy} (${reason})`}`,
    { retriable: true, cause: error },
  );
}

/** The system's code of an error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}
