import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { decodeDataFile, describeDataFile } from "../../../apps/shared/delta/data-files/decode";
import { encodeDataFile } from "../../../apps/shared/delta/data-files/encode";
import { dataColumns } from "../../../apps/shared/delta/schema";
import type { LocalTable, UnreadFile } from "./views";

/**
 * Finds the unreadable files of a table by bisection: if all files can be read, that takes a single probe.
 * @param problemWith probes the table with only these files; returns the problem, or undefined if there is none
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
 * Rewrites a data file with the reader and writer of the lake, which support more codecs and encodings than DuckDB.
 * @param scratch a directory for the new file
 * @returns its path; undefined if the lake cannot read the file either, or columns of it would be lost.
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
    // The directories of a file name its partition.
    const place = path.split("/").slice(-1 - partitionColumns.length);
    const target = join(scratch, name, "converted", ...place);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, encodeDataFile(own, batch));
    return target;
  } catch {
    return undefined;
  }
}
