import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { AddFile } from "../delta/actions";
import { concatBatches, decodeDataFile, encodeDataFile, type RowBatch } from "../delta/data-file";
import type { FaultPoints } from "../delta/fault-points";
import { decodePath, encodePath, partitionDirectory } from "../delta/partition-path";
import { rewriteFiles } from "../delta/rewrite";
import { type Column, dataColumns } from "../delta/schema";
import type { Snapshot } from "../delta/snapshot";
import { statisticsOf } from "../delta/stats";
import type { NewFile, TableStorage } from "../delta/storage";
import type { TableDescription } from "../delta/table";
import type { CompactionTask } from "./compaction-plan";

export interface CompactionOptions {
  readonly storage: TableStorage;
  readonly description: TableDescription;
  readonly faults: FaultPoints;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface CompactionOutcome {
  readonly kind: "committed" | "conflict" | "nothing" | "aborted";
  /** Files that became fewer, and those they became. */
  readonly removed: number;
  readonly added: number;
  /** Files that this project cannot rewrite: gone, damaged, or with columns of other types. */
  readonly unfit: readonly string[];
}

interface Compacted {
  readonly inputs: readonly AddFile[];
  readonly file: NewFile;
  readonly add: AddFile;
}

/**
 * Writes one file for the inputs of each task, and replaces those by it in one commit. Whatever others do meanwhile,
 * every row stays in the table exactly once.
 * @throws LakeError if the table cannot be read or written.
 */
export async function compact(
  { storage, description, faults, now }: CompactionOptions,
  snapshot: Snapshot,
  tasks: readonly CompactionTask[],
  signal: AbortSignal,
): Promise<CompactionOutcome> {
  const columns = dataColumns(description.schema);
  const since = snapshot.version;
  const unfit: string[] = [];
  const done: Compacted[] = [];
  for (const task of tasks) {
    const batch = await readInputs(storage, columns, task, unfit, signal);
    if (signal.aborted) return { kind: "aborted", removed: 0, added: 0, unfit };
    if (batch !== undefined) done.push(writeOutput(columns, task, batch, now()));
  }
  if (done.length === 0) return { kind: "nothing", removed: 0, added: 0, unfit };

  const files = done.map(({ file }) => file);
  await storage.files.write(files);
  faults.reach("before compaction commit");
  const removes = done.flatMap(({ inputs }) => inputs);
  const adds = done.map(({ add }) => add);
  const { engine } = description;
  const { kind } = await rewriteFiles(storage.log, { since, removes, adds, engine, now: now() });
  faults.reach("after compaction commit");
  if (kind === "committed") return { kind, removed: removes.length, added: adds.length, unfit };
  await storage.files.remove(files.map(({ path }) => path));
  return { kind, removed: 0, added: 0, unfit };
}

/** The rows of all inputs; undefined if one of them is unfit, which is then noted, or the work is to end. */
async function readInputs(
  { files }: TableStorage,
  columns: readonly Column[],
  { inputs }: CompactionTask,
  unfit: string[],
  signal: AbortSignal,
): Promise<RowBatch | undefined> {
  const batches: RowBatch[] = [];
  for (const { path } of inputs) {
    const contents = await files.read(decodePath(path));
    const batch = contents === undefined ? undefined : await decode(columns, contents);
    if (batch === undefined) {
      unfit.push(path);
      return undefined;
    }
    batches.push(batch);
    await nextTurn();
    if (signal.aborted) return undefined;
  }
  return concatBatches(columns, batches);
}

/** The Parquet library throws errors of many kinds at what it does not understand. */
async function decode(columns: readonly Column[], contents: Uint8Array): Promise<RowBatch | undefined> {
  try {
    return await decodeDataFile(columns, contents);
  } catch {
    return undefined;
  }
}

function writeOutput(
  columns: readonly Column[],
  { partition, inputs }: CompactionTask,
  batch: RowBatch,
  now: number,
): Compacted {
  const contents = encodeDataFile(columns, batch);
  const directory = partitionDirectory(partition);
  const path = `${directory === "" ? "" : `${directory}/`}part-${randomUUID()}.snappy.parquet`;
  return {
    inputs,
    file: { path, contents },
    add: {
      path: encodePath(path),
      partitionValues: Object.fromEntries(
        Object.entries(partition).map(([column, value]) => [column, String(value)]),
      ),
      size: contents.length,
      modificationTime: now,
      dataChange: false,
      stats: JSON.stringify(statisticsOf(columns, batch)),
    },
  };
}
