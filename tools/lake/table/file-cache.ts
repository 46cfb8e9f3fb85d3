import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { type AddFile, decodePath } from "../../../apps/shared/delta/log/actions";
import { counted } from "../../../apps/shared/text";
import { NotThere } from "./docker";
import type { StoredTable } from "./container";
import type { TarFile } from "./tar";

/** Up to this many files are copied one by one; more come in one stream. */
const maxOneByOne = 16;
/** A table that nobody has looked at for so long was most likely taken down. */
const forgottenAfterMs = 7 * 86_400_000;
const readersDirectory = ".readers";

/** What is about to be copied, for who wants to show it. */
export interface Copying {
  readonly files: number;
  readonly bytes: number;
}

/** A table's data files, as they are to be copied. */
export interface FilesToProvide {
  readonly table: StoredTable;
  /** The `id` of the table's metadata. */
  readonly tableId: string;
  readonly files: readonly AddFile[];
  readonly partitionColumns: readonly string[];
  /** Whether files that are not there are left out like damaged ones; otherwise the table has most likely let go of them. */
  readonly mayLack?: boolean;
}

/**
 * Copies of tables' data files on this machine. Data files never change and their names are unique, so a copy is good for
 * ever; one whose file its table has let go is deleted as soon as no other process can be reading it.
 */
export class FileCache {
  private constructor(
    private readonly root: string,
    private readonly registration: string,
  ) {}

  /**
   * Opens the copies for this process to use until it closes them. To be called before any table's log is read: then
   * whatever another process deletes meanwhile is not in this one's snapshot either.
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
   * Makes all files of a snapshot be here.
   * @param onUnread called with each file that is damaged, as far as its length shows
   * @returns where they are, in the order of `files`, without damaged ones.
   * @throws NotThere if the table has let go of one of them since.
   */
  async provide(
    { table, tableId, files, partitionColumns, mayLack = false }: FilesToProvide,
    onCopying: (what: Copying) => void = () => {},
    onUnread: (path: string, reason: string) => void = () => {},
  ): Promise<string[]> {
    const directory = join(this.root, plain(tableId));
    await mkdir(directory, { recursive: true });
    // That somebody looked at it.
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

  /** Removes the copies of tables that have gone. */
  private async removeForgotten(): Promise<void> {
    for (const name of await readdir(this.root)) {
      const directory = join(this.root, name);
      const { mtimeMs } = await stat(directory).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      if (name !== readersDirectory && mtimeMs < Date.now() - forgottenAfterMs)
        await rm(directory, { recursive: true, force: true });
    }
  }

  /** Whether another process that lives has these copies open; forgets those that were killed. */
  private async hasOtherReaders(): Promise<boolean> {
    const readers = join(this.root, readersDirectory);
    for (const name of await readdir(readers)) {
      if (name === this.registration) continue;
      if (isAlive(Number(name.split("-")[0]))) return true;
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

/** Others may be making the same copy. */
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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Where a file's copy lies in the cache: in directories named after its partition by Hive's convention, whatever its
 * path in the table says, because it is the log that says which partition a file belongs to.
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

/** How Hive writes that a partition's value is null. */
export const nullPartition = "__HIVE_DEFAULT_PARTITION__";

/** Without characters that mean something in a path, a pattern of paths, or an encoded path. */
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
