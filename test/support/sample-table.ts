import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Action, formatCommit, parseCommit } from "../../apps/shared/delta/log/actions";
import { openLocalStorage } from "../../apps/shared/delta/storage/local-storage";
import { logDirectory, logFileName } from "../../apps/shared/delta/storage/log-names";
import { readSnapshot, type Snapshot } from "../../apps/shared/delta/log/snapshot";
import { type FileStatistics, formatStatistics } from "../../apps/shared/delta/data-files/statistics";
import type { TableStorage } from "../../apps/shared/delta/storage/storage";
import { DeltaTable } from "../../apps/shared/delta/table/table";
import { Maintenance } from "../../apps/consumers/lake/maintenance/maintenance";
import { observationSchema, partitionOf } from "../../contract/tables";
import { writeDataFile } from "../../apps/consumers/lake/write/row-writer";
import { createLogger } from "../../apps/shared/logger";
import { batchesByMinute, type PlainRow } from "./sample-rows";

const description = { name: "observations", schema: observationSchema, engine: "kafka-iot-sim" };
/** An id that the lake would use, too, so that the tests see what other programs do to it. */
export const sampleAppId = "kafka-iot-sim-lake:device-1:0";

/** A table of observations on this disk, written by the lake's own code without Kafka. */
export class SampleTable {
  private constructor(
    readonly path: string,
    private readonly storage: TableStorage,
    private readonly table: DeltaTable,
  ) {}

  static async create(): Promise<SampleTable> {
    const path = join(await mkdtemp(join(tmpdir(), "kafka-iot-sim-table-")), "bronze");
    return SampleTable.open(path);
  }

  /** Opens a table as a starting lake does. */
  static async open(path: string): Promise<SampleTable> {
    const storage = await openLocalStorage(path);
    return new SampleTable(path, storage, await DeltaTable.open(storage, description));
  }

  /** Commits rows as the lake does: a file for each minute, and the partition's next offset. */
  async append(rows: readonly PlainRow[]): Promise<void> {
    const adds = [];
    for (const [minute, batch] of batchesByMinute(rows)) {
      adds.push(...(await writeDataFile(this.storage.files, observationSchema, partitionOf(minute), batch)));
    }
    const from = (await this.table.refresh()).transactions.get(sampleAppId);
    const to = (from ?? 0) + rows.length;
    const result = await this.table.append({ adds, transactions: [{ appId: sampleAppId, from, to }] });
    if (result.kind !== "committed") throw new Error("nobody else writes this table's transactions");
  }

  /** Removes a column's bounds from the log, as earlier versions of this project omitted those of long texts. */
  async forgetBounds(column: string): Promise<void> {
    for (const version of (await this.listLog()).commits) {
      const path = join(this.path, logDirectory, logFileName(version));
      const actions = parseCommit(version, await readFile(path, "utf8"));
      await writeFile(path, formatCommit(actions.map((action) => withoutBounds(action, column))));
    }
  }

  /** The stored offset of the partition whose rows are appended. */
  async stored(): Promise<number | undefined> {
    return (await this.table.refresh()).transactions.get(sampleAppId);
  }

  /** Does all pending maintenance, without waiting for files to become old. */
  async maintain(): Promise<void> {
    const logger = createLogger({ app: "test", format: "pretty", level: "error", write: () => {} });
    const settings = { checkpointEvery: 10, compactAfterMs: 1, retentionMs: 1 };
    const maintenance = new Maintenance({
      storage: this.storage,
      description,
      settings,
      logger,
    });
    const never = new AbortController().signal;
    for (let round = 0; round < 3; round++) {
      // All files become older than a millisecond.
      await delay(5);
      while (await maintenance.tick(never));
    }
  }

  async snapshot(): Promise<Snapshot> {
    const snapshot = await readSnapshot(this.storage.log);
    if (snapshot === undefined) throw new Error(`${this.path} has no log`);
    return snapshot;
  }

  /** The contents of the log's directory. */
  listLog() {
    return this.storage.log.list();
  }

  /** The paths of all data files on the disk, in the table or not. */
  async storedFiles(): Promise<string[]> {
    const paths: string[] = [];
    for await (const files of this.storage.files.walk()) paths.push(...files.map(({ path }) => path));
    return paths;
  }

  async remove(): Promise<void> {
    await rm(join(this.path, ".."), { recursive: true, force: true });
  }
}

function withoutBounds(action: Action, column: string): Action {
  if (!("add" in action)) return action;
  const { minValues, maxValues, ...others } = JSON.parse(action.add.stats ?? "{}") as FileStatistics;
  const without = (bounds: FileStatistics["minValues"]) =>
    Object.fromEntries(Object.entries(bounds ?? {}).filter(([name]) => name !== column));
  const stats = formatStatistics({ ...others, minValues: without(minValues), maxValues: without(maxValues) });
  return { add: { ...action.add, stats } };
}
