import { minuteOf, observationSchema, partitionOf } from "../../../../../contract/tables";
import type { RowBatch } from "../../../../shared/delta/data-files/row-batch";
import { type Action, type AddFile, commitInfo, formatCommit } from "../../../../shared/delta/log/actions";
import {
  createMemoryStorage,
  type MemoryStorage,
} from "../../../../shared/delta/storage/testing/memory-storage";
import { newDataFile } from "../../../../shared/delta/data-files/new-data-file";
import { type Column, dataColumns, schemaString, type TableSchema } from "../../../../shared/delta/schema";
import { readSnapshot } from "../../../../shared/delta/log/snapshot";
import { supportedProtocol } from "../../../../shared/delta/log/state";

export const startMs = Date.UTC(2026, 10, 23);

/** The columns of the table of dead letters that the dashboard reads. */
export const deadLetterSchema = {
  columns: [
    { name: "kafka_topic", type: "string", nullable: false },
    { name: "kafka_partition", type: "integer", nullable: false },
    { name: "kafka_offset", type: "long", nullable: false },
    { name: "key", type: "binary", nullable: true },
  ],
  partitionColumns: [],
} as const satisfies TableSchema;

/** A row of either table; the test gives only the fields that matter. */
export interface TestRow {
  readonly device?: string;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset: number;
  readonly key?: string | null;
}

/** A table in memory that a test commits to. */
export class TestTable {
  readonly storage: MemoryStorage = createMemoryStorage();
  private version = -1;

  constructor(private readonly schema: TableSchema = observationSchema) {}

  create(): this {
    const metaData = {
      id: "id",
      format: { provider: "parquet", options: {} },
      schemaString: schemaString(this.schema),
      partitionColumns: this.schema.partitionColumns,
      configuration: {},
    };
    return this.commit("CREATE TABLE", [{ protocol: supportedProtocol }, { metaData }]);
  }

  /** A data file of these rows that is not committed. @param minute of its partition, counted from the start of the tests' time */
  async file(rows: readonly TestRow[], { minute = 0, dataChange = true } = {}): Promise<AddFile> {
    const columns = dataColumns(this.schema);
    const batch: RowBatch = {
      rows: rows.length,
      columns: Object.fromEntries(columns.map((column) => [column.name, valuesOf(column, rows)])),
    };
    const partition =
      this.schema.partitionColumns.length === 0 ? {} : partitionOf(minuteOf(startMs) + minute);
    const { file, add } = newDataFile(columns, partition, batch, { dataChange, now: startMs });
    await this.storage.files.write([file]);
    return add;
  }

  /** Commits rows, as the lake does. @param next by partition of the topic `device-1`, how far the table has come with that */
  async append(
    rows: readonly TestRow[],
    { minute = 0, next = {} }: { minute?: number; next?: Readonly<Record<number, number>> } = {},
  ): Promise<AddFile> {
    const add = await this.file(rows, { minute });
    const transactions = Object.entries(next).map(([partition, version]) => ({
      txn: { appId: `kafka-iot-sim-lake:device-1:${partition}`, version },
    }));
    this.commit("STREAMING UPDATE", [...transactions, { add }]);
    return add;
  }

  /** Puts the rows of files into one, as the lake's compaction does. */
  async compact(removes: readonly AddFile[], rows: readonly TestRow[]): Promise<AddFile> {
    const add = await this.file(rows, { dataChange: false });
    this.commit("OPTIMIZE", [
      ...removes.map(({ path }) => ({ remove: { path, dataChange: false } })),
      { add },
    ]);
    return add;
  }

  commit(operation: string, actions: readonly Action[], at = this.version + 1): this {
    this.version = at;
    const info = commitInfo({
      engine: "test",
      operation,
      isBlindAppend: true,
      now: startMs + at * 10_000,
      txnId: String(at),
    });
    this.storage.entries.set(at, formatCommit([info, ...actions]));
    return this;
  }

  /** Writes a checkpoint of the latest version. */
  async checkpoint(): Promise<void> {
    const snapshot = await readSnapshot(this.storage.log);
    if (snapshot === undefined) throw new Error("there is no table");
    this.storage.checkpoints.set(snapshot.version, snapshot.encode(0).contents);
  }

  /** Removes a data file's bytes. */
  vacuum({ path }: AddFile): void {
    this.storage.contents.delete(decodeURIComponent(path));
  }
}

function valuesOf({ name, type }: Column, rows: readonly TestRow[]): RowBatch["columns"][string] {
  switch (name) {
    case "device":
      return rows.map(({ device = "device-1" }) => device);
    case "kafka_topic":
      return rows.map(({ topic = "device-1" }) => topic);
    case "kafka_partition":
      return Int32Array.from(rows, ({ partition = 0 }) => partition);
    case "kafka_offset":
      return BigInt64Array.from(rows, ({ offset }) => BigInt(offset));
    case "key":
      return rows.map(({ key = null }) => (key === null ? null : Buffer.from(key)));
  }
  if (type === "long" || type === "timestamp") return new BigInt64Array(rows.length);
  if (type === "double") return new Float64Array(rows.length);
  return rows.map(() => (name === "label" ? null : "s"));
}

/** Rows of these offsets. */
export function rowsOf(offsets: readonly number[], more: Omit<TestRow, "offset"> = {}): TestRow[] {
  return offsets.map((offset) => ({ offset, ...more }));
}
