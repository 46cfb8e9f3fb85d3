import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { decodeDataFile, describeDataFile } from "../../../apps/shared/delta/data-files/decode";
import { encodeDataFile } from "../../../apps/shared/delta/data-files/encode";
import { dataColumns } from "../../../apps/shared/delta/schema";
import type { LocalTable, UnreadFile } from "./views";

/**
 * Finds the files that a table cannot be read with, by halves: as long as nothing is wrong that takes one look at all of them.
 * @param problemWith what is wrong with the table if it has these files only; undefined if nothing is
 */
export async function unreadFiles(
  { name: table, paths }: LocalTable,
  problemWith: (paths: readonly string[]) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, UnreadFile>> {
  const found = new Map<string, UnreadFile>();
  const look = async (some: readonly string[]): Promise<void> => {
    const [first] = some;
    const reason = first === undefined ? undefined : await problemWith(some);
    if (first === undefined || reason === undefined) return;
    if (some.length === 1) {
      found.set(first, { table, name: basename(first), reason });
      return;
    }
    const middle = Math.ceil(some.length / 2);
    await look(some.slice(0, middle));
    await look(some.slice(middle));
  };
  await look(paths);
  return found;
}

/**
 * Writes a data file again in the way of the lake, whose readers know more codecs and encodings than DuckDB does.
 * @param scratch a directory for it
 * @returns its path; undefined if the lake cannot read it either, or it has columns that would be lost.
 */
export async function convertFile(
  { name, columns, partitionColumns, schema }: LocalTable,
  path: string,
  scratch: string,
): Promise<string | undefined> {
  if (schema === undefined) return undefined;
  try {
    const contents = await readFile(path);
    const own = dataColumns(schema);
    const others = columns.filter((column) => !schema.columns.some((known) => known.name === column.name));
    const found = describeDataFile(contents).columns;
    if (others.some((column) => found.includes(column.name))) return undefined;
    const batch = await decodeDataFile(own, contents);
    // Where a file is says which partition it is of.
    const place = path.split("/").slice(-1 - partitionColumns.length);
    const target = join(scratch, name, "converted", ...place);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, encodeDataFile(own, batch));
    return target;
  } catch {
    return undefined;
  }
}
