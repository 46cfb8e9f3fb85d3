import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { AddFile } from "./delta/actions";
import { encodeParquet } from "./delta/parquet-file";
import { encodePath, partitionDirectory } from "./delta/partition-path";
import { dataColumns } from "./delta/schema";
import { statisticsOf } from "./delta/stats";
import type { FileStore, NewFile } from "./delta/storage";
import type { BufferedRows, RowColumns } from "./buffer";
import { observationSchema, partitionOf } from "./schema";

/** A file is encoded as one row group in memory: this bounds it, whatever the flush limits are. */
const mostRowsOfFile = 250_000;

const columns = dataColumns(observationSchema);

/**
 * Writes rows as Parquet files, one for each minute unless there are very many rows.
 * @returns what the table's log has to say of them.
 */
export async function writeDataFiles(files: FileStore, { minutes }: BufferedRows): Promise<AddFile[]> {
  const newFiles: NewFile[] = [];
  const adds: AddFile[] = [];
  for (const [minute, values] of minutes) {
    const partition = partitionOf(minute);
    for (const part of slices(values)) {
      const rows = part["kafka_offset"]?.length ?? 0;
      const contents = await encodeParquet(columns, part, rows);
      const path = `${partitionDirectory(partition)}/part-${randomUUID()}.snappy.parquet`;
      newFiles.push({ path, contents });
      adds.push({
        path: encodePath(path),
        partitionValues: Object.fromEntries(
          Object.entries(partition).map(([name, value]) => [name, String(value)]),
        ),
        size: contents.length,
        modificationTime: Date.now(),
        dataChange: true,
        stats: JSON.stringify(statisticsOf(columns, part, rows)),
      });
      // Encoding does not wait for anything, and heartbeats must go out between files.
      await nextTurn();
    }
  }
  await files.write(newFiles);
  return adds;
}

function* slices(values: RowColumns): Generator<RowColumns> {
  const rows = values["kafka_offset"]?.length ?? 0;
  for (let from = 0; from < rows; from += mostRowsOfFile) {
    yield Object.fromEntries(
      Object.entries(values).map(([name, all]) => [name, all.slice(from, from + mostRowsOfFile)]),
    );
  }
}
