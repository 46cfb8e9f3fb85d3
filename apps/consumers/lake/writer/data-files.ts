import type { AddFile } from "../../../shared/delta/actions";
import type { RowBatch } from "../../../shared/delta/data-file";
import { newDataFile } from "../../../shared/delta/new-data-file";
import { dataColumns, type TableSchema } from "../../../shared/delta/schema";
import type { FileStore } from "../../../shared/delta/storage";

/** A file is encoded as one row group in memory: this bounds it, whatever the flush limits are. */
const maxRowsOfFile = 250_000;

/**
 * Writes rows of one partition as Parquet files: one, unless there are very many rows.
 * @param partition values of the partition columns
 * @returns what the table's log has to say of them.
 */
export async function writeDataFile(
  files: FileStore,
  schema: TableSchema,
  partition: Readonly<Record<string, number>>,
  batch: RowBatch,
): Promise<AddFile[]> {
  const columns = dataColumns(schema);
  const adds: AddFile[] = [];
  for (const part of slices(batch)) {
    const { file, add } = newDataFile(columns, partition, part, { dataChange: true, now: Date.now() });
    await files.write([file]);
    adds.push(add);
  }
  return adds;
}

function* slices({ rows, columns }: RowBatch): Generator<RowBatch> {
  if (rows <= maxRowsOfFile) {
    yield { rows, columns };
    return;
  }
  for (let from = 0; from < rows; from += maxRowsOfFile) {
    const to = Math.min(from + maxRowsOfFile, rows);
    yield {
      rows: to - from,
      columns: Object.fromEntries(
        Object.entries(columns).map(([name, values]) => [
          name,
          ArrayBuffer.isView(values) ? values.subarray(from, to) : values.slice(from, to),
        ]),
      ),
    };
  }
}
