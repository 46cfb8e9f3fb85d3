import { parquetReadObjects } from "hyparquet";
import { decodePath } from "../../apps/consumers/lake/delta/partition-path";
import type { LakeContainer } from "./container";
import type { DataFile } from "./snapshot";

export type Row = Readonly<Record<string, unknown>>;

/** The rows with the latest timestamps, oldest of them first; opens only the files that can hold them. */
export async function newestRows(
  container: Pick<LakeContainer, "readFile">,
  files: readonly DataFile[],
  count: number,
): Promise<Row[]> {
  let newest: Row[] = [];
  for (const file of [...files].sort((one, other) => other.newest - one.newest)) {
    const last = newest.at(count - 1);
    if (count === 0 || (last !== undefined && timeOf(last) >= file.newest)) break;
    const contents = await container.readFile(decodePath(file.add.path));
    const rows = await parquetReadObjects({ file: arrayBuffer(contents) });
    newest = [...newest, ...rows].sort((one, other) => timeOf(other) - timeOf(one)).slice(0, count);
  }
  return newest.reverse();
}

function timeOf(row: Row): number {
  return row["timestamp"] instanceof Date ? row["timestamp"].getTime() : 0;
}

function arrayBuffer(contents: Buffer): ArrayBuffer {
  return new Uint8Array(contents).buffer;
}
