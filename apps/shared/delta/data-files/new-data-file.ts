import { randomUUID } from "node:crypto";
import { type AddFile, encodePath } from "../log/actions";
import type { Column } from "../schema";
import { formatStatistics, statisticsOf, withNullColumns } from "./statistics";
import type { NewFile } from "../storage/storage";
import { encodeDataFile } from "./encode";
import type { RowBatch } from "./row-batch";

export interface NewDataFile {
  readonly file: NewFile;
  /** The action that adds it to the log. */
  readonly add: AddFile;
}

/**
 * Creates a data file with the rows of one partition, under a unique name.
 * @param columns the data columns of the table
 * @param partition values of the partition columns, from the outermost directory inwards
 * @param now milliseconds since 1970
 */
export function newDataFile(
  columns: readonly Column[],
  partition: Readonly<Record<string, number>>,
  batch: RowBatch,
  { dataChange, now }: { readonly dataChange: boolean; readonly now: number },
): NewDataFile {
  const contents = encodeDataFile(columns, batch);
  const directory = partitionDirectory(partition);
  const name = `part-${randomUUID()}.snappy.parquet`;
  const path = directory === "" ? name : `${directory}/${name}`;
  return {
    file: { path, contents },
    add: {
      path: encodePath(path),
      partitionValues: Object.fromEntries(
        Object.entries(partition).map(([column, value]) => [column, String(value)]),
      ),
      size: contents.length,
      modificationTime: now,
      dataChange,
      stats: formatStatistics(statisticsOf(columns, batch)),
    },
  };
}

/** Adds the columns of other programs, which are null in this project's files, to a file's statistics. @param added their names */
export function withAddedColumns(add: AddFile, added: readonly string[]): AddFile {
  return add.stats === undefined || added.length === 0
    ? add
    : { ...add, stats: withNullColumns(add.stats, added) };
}

/**
 * The directory of a partition by Hive's convention, such as `year=2026/month=11`, not encoded for the log. Values are integers, so that
 * nothing has to be escaped.
 */
export function partitionDirectory(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([column, value]) => `${column}=${value}`)
    .join("/");
}
