import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { decodeDataFile, describeDataFile, encodeDataFile } from "../../apps/shared/delta/data-file";
import { dataColumns } from "../../apps/shared/delta/schema";
import type { LocalTable } from "./views";

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
