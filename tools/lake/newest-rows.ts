import { parquetReadObjects } from "hyparquet";
import { exactBuffer } from "../../apps/shared/delta/exact-buffer";
import { exactText } from "../../apps/shared/delta/exact-text";
import { decodePath } from "../../apps/shared/delta/partition-path";
import type { StoredTable } from "./container";
import type { DataFile } from "./snapshot";

export type Row = Readonly<Record<string, unknown>>;

/** The rows with the latest timestamps, oldest of them first; opens only the files that can hold them. */
export async function newestRows(
  table: Pick<StoredTable, "readFile">,
  files: readonly DataFile[],
  count: number,
): Promise<Row[]> {
  let newest: Row[] = [];
  for (const file of [...files].sort((one, other) => other.newest - one.newest)) {
    const last = newest.at(count - 1);
    if (count === 0 || (last !== undefined && timeOf(last) >= file.newest)) break;
    const { contents } = await table.readFile(decodePath(file.add.path));
    const rows = await parquetReadObjects({ file: exactBuffer(contents), parsers: exactText });
    newest = [...newest, ...rows].sort(latestFirst).slice(0, count);
  }
  return newest.reverse();
}

/** By time; within one moment as they stand in their topics, so that the order is the same each time. */
function latestFirst(one: Row, other: Row): number {
  const place = (row: Row) =>
    `${String(row["kafka_topic"])}/${String(row["kafka_partition"]).padStart(6, "0")}`;
  return (
    timeOf(other) - timeOf(one) ||
    place(other).localeCompare(place(one)) ||
    Number(other["kafka_offset"]) - Number(one["kafka_offset"])
  );
}

function timeOf(row: Row): number {
  return row["timestamp"] instanceof Date ? row["timestamp"].getTime() : 0;
}
