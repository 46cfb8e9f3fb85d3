import { setImmediate as nextTurn } from "node:timers/promises";
import { concatBatches, type RowBatch } from "../../../shared/delta/data-files/row-batch";
import { decodeDataFile, describeDataFile } from "../../../shared/delta/data-files/decode";
import type { FaultPoints } from "../../../shared/delta/fault-points";
import { type AddFile, decodePath } from "../../../shared/delta/log/actions";
import {
  type NewDataFile,
  newDataFile,
  withAddedColumns,
} from "../../../shared/delta/data-files/new-data-file";
import { rewriteFiles } from "../../../shared/delta/table/rewrite";
import { addedColumns, dataColumns, type TableSchema } from "../../../shared/delta/schema";
import type { Snapshot } from "../../../shared/delta/log/snapshot";
import type { TableStorage } from "../../../shared/delta/storage/storage";
import type { TableDescription } from "../../../shared/delta/table/table";
import { messageOf } from "../../../shared/text";
import { type CompactionTask, maxBytes } from "./compaction-plan";

/** Places in the life of a compaction's commit at which a crash must do no harm. */
export type CompactionFaultPoint = "before compaction commit" | "after compaction commit";

export interface CompactionOptions {
  readonly storage: TableStorage;
  readonly description: TableDescription;
  readonly faults: FaultPoints<CompactionFaultPoint>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface CompactionOutcome {
  readonly kind: "committed" | "conflict" | "nothing" | "aborted";
  /** The numbers of replaced files, and of those that replaced them. */
  readonly removed: number;
  readonly added: number;
  /** Files that this project cannot rewrite: missing, damaged, or with columns of another program. */
  readonly unfit: readonly UnfitFile[];
  /** Files that are so large when decoded that they cannot be combined with others. */
  readonly large: readonly string[];
}

export interface UnfitFile {
  /** The path in the log. */
  readonly path: string;
  /** Why it cannot be rewritten, for the log. */
  readonly reason: string;
}

interface Compacted extends NewDataFile {
  readonly inputs: readonly AddFile[];
}

/**
 * Writes one file for the inputs of each task, and replaces the inputs by it in one commit. Whatever others do meanwhile, every row stays
 * in the table exactly once.
 * @throws DeltaError if the table cannot be read or written.
 */
export async function compact(
  { storage, description, faults, now }: CompactionOptions,
  snapshot: Snapshot,
  tasks: readonly CompactionTask[],
  signal: AbortSignal,
): Promise<CompactionOutcome> {
  const { schema } = description;
  const columns = dataColumns(schema);
  const since = snapshot.version;
  const unfit: UnfitFile[] = [];
  const large: string[] = [];
  const done: Compacted[] = [];
  for (const task of tasks) {
    const read = await readInputs(storage, schema, task, unfit, large, signal);
    if (signal.aborted) return { kind: "aborted", removed: 0, added: 0, unfit, large };
    if (read === undefined) continue;
    const made = newDataFile(columns, task.partition, read.batch, { dataChange: false, now: now() });
    done.push({ inputs: read.inputs, ...made });
  }
  if (done.length === 0) return { kind: "nothing", removed: 0, added: 0, unfit, large };

  const files = done.map(({ file }) => file);
  await storage.files.write(files);
  faults.reach("before compaction commit");
  const removes = done.flatMap(({ inputs }) => inputs);
  const added = addedColumns(schema, snapshot.definition.metadata);
  const adds = done.map(({ add }) => withAddedColumns(add, added));
  const { engine } = description;
  const { kind } = await rewriteFiles(storage.log, { since, removes, adds, engine, now: now() });
  faults.reach("after compaction commit");
  if (kind === "committed") return { kind, removed: removes.length, added: adds.length, unfit, large };
  await storage.files.remove(files.map(({ path }) => path));
  return { kind, removed: 0, added: 0, unfit, large };
}

/** The rows of a task's first inputs, as many as fit into memory. */
interface ReadInputs {
  readonly inputs: readonly AddFile[];
  readonly batch: RowBatch;
}

/** Returns undefined if fewer than two inputs can be combined, or the signal aborts. Adds unfit and large files to the lists. */
async function readInputs(
  { files }: TableStorage,
  schema: TableSchema,
  { inputs }: CompactionTask,
  unfit: UnfitFile[],
  large: string[],
  signal: AbortSignal,
): Promise<ReadInputs | undefined> {
  const read: AddFile[] = [];
  const batches: RowBatch[] = [];
  let bytes = 0;
  for (const input of inputs) {
    const contents = await files.read(decodePath(input.path));
    const decoded = await decode(schema, contents, maxBytes - bytes);
    if (decoded === "too large") {
      // It is too large even alone.
      if (read.length === 0) large.push(input.path);
      break;
    }
    if ("reason" in decoded) {
      unfit.push({ path: input.path, reason: decoded.reason });
      return undefined;
    }
    bytes += decoded.bytes;
    read.push(input);
    batches.push(decoded.batch);
    await nextTurn();
    if (signal.aborted) return undefined;
  }
  if (read.length === 1 && inputs[0] !== undefined) large.push(inputs[0].path);
  return read.length < 2 ? undefined : { inputs: read, batch: concatBatches(dataColumns(schema), batches) };
}

/** For contents that it does not understand, the Parquet library throws errors of many kinds. */
async function decode(
  schema: TableSchema,
  contents: Uint8Array | undefined,
  maxDecodedBytes: number,
): Promise<{ readonly batch: RowBatch; readonly bytes: number } | "too large" | { readonly reason: string }> {
  if (contents === undefined) return { reason: "it is not there" };
  try {
    const { decodedBytes, columns } = describeDataFile(contents);
    if (decodedBytes > maxDecodedBytes) return "too large";
    // Values in columns of other programs would be lost.
    const more = columns.filter((name) => !schema.columns.some((column) => column.name === name));
    if (more.length > 0) return { reason: `it has columns of another program: ${more.join(", ")}` };
    return { batch: await decodeDataFile(dataColumns(schema), contents), bytes: decodedBytes };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}
