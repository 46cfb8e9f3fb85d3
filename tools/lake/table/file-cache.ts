import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { type AddFile, decodePath } from "../../../apps/shared/delta/log/actions";
import { counted } from "../../../apps/shared/text";
import { isRunning } from "../../setup/process.mjs";
import { NotThere } from "./docker";
import type { StoredTable } from "./container";
import type { TarFile } from "./tar";

/** Up to this many files are copied one by one; more come in one stream. */
const maxOneByOne = 16;
/** A table that was not queried for this long most likely no longer exists. */
const forgottenAfterMs = 7 * 86_400_000;
const readersDirectory = ".readers";

/** The files that are about to be copied, for a progress display. */
export interface Copying {
  readonly files: number;
  readonly bytes: number;
}

/** A table's data files to be copied. */
export interface FilesToProvide {
  readonly table: StoredTable;
  /** The `id` of the table's metadata. */
  readonly tableId: string;
  readonly files: readonly AddFile[];
  readonly partitionColumns: readonly string[];
  /** Whether missing files are skipped like damaged ones; otherwise the table has most likely deleted them. */
  readonly mayLack?: boolean;
}

/**
 * Copies of tables' data files on this machine. Data files never change and their names are unique, so that a copy stays valid. A copy
 * whose file is no longer in its table is deleted as soon as no other process can be reading it.
 */
export class FileCache {
  private constructor(
    private readonly root: string,
    private readonly registration: string,
  ) {}

  /**
   * Opens the copies for this process until it closes them. Call it before any table's log is read: then copies that another process
   * deletes meanwhile are not in this process's snapshot either.
   */
  static async open(root: string): Promise<FileCache> {
    const readers = join(root, readersDirectory);
    await mkdir(readers, { recursive: true });
    const registration = `${process.pid}-${randomUUID()}`;
    await writeFile(join(readers, registration), "");
    return new FileCache(root, registration);
  }

  async close(): Promise<void> {
    await rm(join(this.root, readersDirectory, this.registration), { force: true });
  }

  /**
   * Copies all files of a snapshot that are not in the cache yet.
   * @param onUnread called with each file whose length is wrong
   * @returns their paths, in the order of `files`, without damaged ones.
   * @throws NotThere if the table has deleted one of them since.
   */
  async provide(
    { table, tableId, files, partitionColumns, mayLack = false }: FilesToProvide,
    onCopying: (what: Copying) => void = () => {},
    onUnread: (path: string, reason: string) => void = () => {},
  ): Promise<string[]> {
    const directory = join(this.root, plain(tableId));
    await mkdir(directory, { recursive: true });
    // Marks the copies as used.
    await utimes(directory, new Date(), new Date());
    const present = await filesBelow(directory);
    const places = files.map((add) => cachedPath(add, partitionColumns));
    const missing = new Map<string, Missing>();
    for (const [index, add] of files.entries()) {
      const place = places[index] ?? "";
      if (!present.has(place)) missing.set(decodePath(add.path), { add, target: join(directory, place) });
    }
    const unread = new Set<string>();
    if (missing.size > 0) {
      const bytes = [...missing.values()].reduce((sum, { add }) => sum + add.size, 0);
      onCopying({ files: missing.size, bytes });
      await copyFiles(table, missing, mayLack, ({ add, target }, reason) => {
        unread.add(target);
        onUnread(add.path, reason);
      });
    }
    if (!(await this.hasOtherReaders())) {
      const live = new Set(places);
      for (const place of present) if (!live.has(place)) await rm(join(directory, place), { force: true });
      await this.removeForgotten();
    }
    return places.map((place) => join(directory, place)).filter((path) => !unread.has(path));
  }

  /** Removes the copies of tables that were not queried for a long time. */
  private async removeForgotten(): Promise<void> {
    for (const name of await readdir(this.root)) {
      const directory = join(this.root, name);
      const { mtimeMs } = await stat(directory).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      if (name !== readersDirectory && mtimeMs < Date.now() - forgottenAfterMs)
        await rm(directory, { recursive: true, force: true });
    }
  }

  /** Whether another running process has these copies open; forgets processes that were killed. */
  private async hasOtherReaders(): Promise<boolean> {
    const readers = join(this.root, readersDirectory);
    for (const name of await readdir(readers)) {
      if (name === this.registration) continue;
      if (isRunning(Number(name.split("-")[0]))) return true;
      await rm(join(readers, name), { force: true });
    }
    return false;
  }
}

interface Missing {
  readonly add: AddFile;
  readonly target: string;
}

type LeaveOut = (one: Missing, reason: string) => void;

async function copyFiles(
  table: StoredTable,
  missing: Map<string, Missing>,
  mayLack: boolean,
  leaveOut: LeaveOut,
): Promise<void> {
  const lacks = (path: string, one: Missing) => {
    if (!mayLack) throw new NotThere(path);
    leaveOut(one, "it is not there");
  };
  if (missing.size <= maxOneByOne) {
    for (const [path, one] of missing) {
      const file = await table.readFile(path).catch((error: unknown) => {
        if (!(error instanceof NotThere)) throw error;
        return undefined;
      });
      if (file === undefined) lacks(path, one);
      else await keep(one, file, leaveOut);
    }
    return;
  }
  const directory = commonDirectory([...missing.keys()]);
  for await (const file of table.readFiles(directory, (path) => missing.has(path))) {
    const one = missing.get(file.name);
    if (one !== undefined) await keep(one, file, leaveOut);
    missing.delete(file.name);
  }
  for (const [path, one] of missing) lacks(path, one);
}

/** Stores a copy atomically, because another process may store the same one. */
async function keep(one: Missing, { contents }: TarFile, leaveOut: LeaveOut): Promise<void> {
  const { add, target } = one;
  if (contents.length !== add.size) {
    leaveOut(one, `it has ${counted(contents.length, "byte")}, and the log says ${add.size}`);
    return;
  }
  await mkdir(dirname(target), { recursive: true });
  const temporary = join(dirname(target), `.${randomUUID()}.tmp`);
  await writeFile(temporary, contents);
  await rename(temporary, target);
}

/** Relative paths of all files below a directory. */
async function filesBelow(directory: string): Promise<Set<string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Set(files.map((entry) => relative(directory, join(entry.parentPath, entry.name))));
}

/**
 * The path of a file's copy in the cache: in directories named after its partition by Hive's convention, whatever its path in the table,
 * because only the log determines the partition of a file.
 */
export function cachedPath(
  { path, partitionValues }: Pick<AddFile, "path" | "partitionValues">,
  columns: readonly string[],
): string {
  const directories = columns.map((column) => {
    const value = partitionValues[column];
    return `${plain(column)}=${value === null || value === undefined || value === "" ? nullPartition : plain(value)}`;
  });
  return join(...directories, plain(basename(decodePath(path))));
}

/** Hive's name for a null value of a partition column. */
export const nullPartition = "__HIVE_DEFAULT_PARTITION__";

/** Escapes characters with a meaning in a path, a pattern of paths, or an encoded path. */
function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/gu, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
}

/** The innermost directory that holds all of the paths; "" for the root. */
export function commonDirectory(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split("/").slice(0, -1));
  let depth = first.length;
  for (const other of others) {
    while (depth > 0 && first.slice(0, depth).some((part, index) => part !== other[index])) depth--;
  }
  return first.slice(0, depth).join("/");
}
