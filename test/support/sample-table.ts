import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Action, formatCommit, parseCommit } from "../../apps/shared/delta/actions";
import { openLocalStorage } from "../../apps/shared/delta/local-storage";
import { logDirectory, logFileName } from "../../apps/shared/delta/log-names";
import { readSnapshot, type Snapshot } from "../../apps/shared/delta/snapshot";
import { type FileStatistics, formatStatistics } from "../../apps/shared/delta/stats";
import type { TableStorage } from "../../apps/shared/delta/storage";
import { DeltaTable } from "../../apps/shared/delta/table";
import { Maintenance } from "../../apps/consumers/lake/maintenance/maintenance";
import { observationSchema, partitionOf } from "../../contract/tables";
import { writeDataFile } from "../../apps/consumers/lake/writer/data-files";
import { createLogger } from "../../apps/shared/logger";
import { batchesByMinute, type PlainRow } from "./sample-rows";

const description = { name: "observations", schema: observationSchema, engine: "kafka-iot-sim" };
/** One that the lake would use too, so that what others do to it is seen. */
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

  /** Opens a table as a lake does that has just started. */
  static async open(path: string): Promise<SampleTable> {
    const storage = await openLocalStorage(path);
    return new SampleTable(path, storage, await DeltaTable.open(storage, description));
  }

  /** Commits rows as the lake does: a file for each minute, and how far the partition has come. */
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

  /** Takes a column's bounds out of the log's entries, as earlier versions of this project left those of long texts out. */
  async forgetBounds(column: string): Promise<void> {
    for (const version of (await this.listLog()).commits) {
      const path = join(this.path, logDirectory, logFileName(version));
      const actions = parseCommit(version, await readFile(path, "utf8"));
      await writeFile(path, formatCommit(actions.map((action) => withoutBounds(action, column))));
    }
  }

  /** How far the partition has come that rows are appended for. */
  async stored(): Promise<number | undefined> {
    return (await this.table.refresh()).transactions.get(sampleAppId);
  }

  /** Does all that maintenance has to do, without waiting for anything to become old. */
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
      // Everything that there is becomes older than a millisecond.
      await delay(5);
      while (await maintenance.tick(never));
    }
  }

  async snapshot(): Promise<Snapshot> {
    const snapshot = await readSnapshot(this.storage.log);
    if (snapshot === undefined) throw new Error(`${this.path} has no log`);
    return snapshot;
  }

  /** What the directory of the log holds. */
  listLog() {
    return this.storage.log.list();
  }

  /** Paths of all data files on the disk, whether they are in the table or not. */
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
