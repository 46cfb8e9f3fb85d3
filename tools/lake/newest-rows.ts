import { basename } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { decodePath } from "../../apps/shared/delta/log/actions";
import { compressors, exactBuffer, exactText } from "../../apps/shared/delta/parquet";
import { messageOf } from "../../apps/shared/text";
import { SetupError } from "../setup/errors.mjs";
import type { DataFile } from "./table/snapshot";
import { NotThere } from "./table/docker";
import type { StoredTable } from "./table/container";
import type { UnreadFile } from "./sql/views";

export type Row = Readonly<Record<string, unknown>>;

/**
 * Reads the rows with the latest timestamps, the oldest of them first; opens only the files that can hold them.
 * @param onUnread called with each file that cannot be read
 */
export async function newestRows(
  table: Pick<StoredTable, "readFile">,
  files: readonly DataFile[],
  count: number,
  onUnread: (file: UnreadFile) => void = () => {},
): Promise<Row[]> {
  let newest: Row[] = [];
  for (const file of [...files].sort((one, other) => other.newest - one.newest)) {
    const last = newest.at(count - 1);
    if (count === 0 || (last !== undefined && timeOf(last) >= file.newest)) break;
    const rows = await rowsOf(table, file).catch((error: unknown) => {
      if (error instanceof SetupError) throw error;
      const reason = error instanceof NotThere ? "it is not there" : messageOf(error);
      onUnread({ table: "bronze", name: basename(decodePath(file.add.path)), reason });
      return [];
    });
    newest = [...newest, ...rows].sort(latestFirst).slice(0, count);
  }
  return newest.reverse();
}

async function rowsOf(table: Pick<StoredTable, "readFile">, { add }: DataFile): Promise<Row[]> {
  const { contents } = await table.readFile(decodePath(add.path));
  return parquetReadObjects({ file: exactBuffer(contents), compressors, parsers: exactText });
}

/** By time, and for equal times by topic and offset, so that the order is always the same. */
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
