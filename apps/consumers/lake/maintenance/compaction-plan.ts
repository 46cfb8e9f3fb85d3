import { maxRowsPerFile } from "../../../../contract/tables";
import type { AddFile } from "../../../shared/delta/log/actions";
import type { FileStatistics } from "../../../shared/delta/data-files/statistics";

/** When the small files of a partition are replaced by a larger one. */
export interface CompactionRules {
  /** From the outermost directory inwards; empty if the table is not partitioned. */
  readonly partitionColumns: readonly string[];
  /** How long nothing must have been written to a partition, in milliseconds. */
  readonly compactAfterMs: number;
  /** When a partition is expected to receive no more rows, in milliseconds since 1970. */
  readonly partitionEndsAt?: ((values: PartitionValues) => number) | undefined;
}

/** The values of the partition columns, which are integers in the tables of this project. */
export type PartitionValues = Readonly<Record<string, number>>;

/** Files to be replaced by one file. */
export interface CompactionTask {
  readonly partition: PartitionValues;
  /** At least two, in the order in which they were written. */
  readonly inputs: readonly AddFile[];
  readonly rows: number;
  readonly bytes: number;
}

/** Bytes that compaction reads at once, and writes to one file, which is one row group in memory. */
export const maxBytes = 64 * 1024 * 1024;

/** In a table without partitions, larger files are left alone, and so are fewer files than `minFiles`. */
const smallBytes = maxBytes / 8;
const minFiles = 10;

/** A partition this far in the future comes from a device whose clock is wrong; waiting for its end is useless. */
const farAheadMs = 3_600_000;

/**
 * Finds files to compact, the largest groups first.
 * @param files all files of the table
 * @param unfit paths of files to leave unchanged
 * @param now milliseconds since 1970
 */
export function planCompaction(
  files: Iterable<AddFile>,
  unfit: ReadonlySet<string>,
  rules: CompactionRules,
  now: number,
): CompactionTask[] {
  const tasks: CompactionTask[] = [];
  for (const group of groupsOf(files, rules.partitionColumns)) {
    const partition = partitionOf(group[0], rules.partitionColumns);
    if (partition === undefined) continue;
    const candidates =
      rules.partitionColumns.length === 0
        ? smallAndOld(group, rules, now)
        : isClosed(group, partition, rules, now)
          ? group
          : [];
    tasks.push(
      ...pack(
        partition,
        candidates.filter(({ path }) => !unfit.has(path)),
      ),
    );
  }
  return tasks.sort((one, other) => other.inputs.length - one.inputs.length);
}

/** The first tasks, as many as fit into one commit. */
export function firstBatch(tasks: readonly CompactionTask[], maxTasks = 64): CompactionTask[] {
  const batch: CompactionTask[] = [];
  let rows = 0;
  let bytes = 0;
  for (const task of tasks) {
    rows += task.rows;
    bytes += task.bytes;
    if (batch.length > 0 && (rows > maxRowsPerFile || bytes > maxBytes || batch.length === maxTasks)) break;
    batch.push(task);
  }
  return batch;
}

type Group = readonly [AddFile, ...AddFile[]];

/** The files of each partition that has more than one. */
function groupsOf(files: Iterable<AddFile>, partitionColumns: readonly string[]): Group[] {
  const groups = new Map<string, [AddFile, ...AddFile[]]>();
  for (const file of files) {
    const key = partitionColumns.map((column) => file.partitionValues[column]).join("/");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

function partitionOf(file: AddFile, partitionColumns: readonly string[]): PartitionValues | undefined {
  const values = partitionColumns.map((column) => [column, file.partitionValues[column]] as const);
  if (values.some(([, value]) => value == null || !/^-?\d+$/.test(value))) return undefined;
  return Object.fromEntries(values.map(([column, value]) => [column, Number(value)]));
}

function isClosed(group: Group, partition: PartitionValues, rules: CompactionRules, now: number): boolean {
  const newest = group.reduce((latest, { modificationTime }) => Math.max(latest, modificationTime), 0);
  if (newest + rules.compactAfterMs > now) return false;
  const end = rules.partitionEndsAt?.(partition);
  return end === undefined || end <= now || end > now + farAheadMs;
}

function smallAndOld(group: Group, { compactAfterMs }: CompactionRules, now: number): AddFile[] {
  const found = group.filter(
    ({ size, modificationTime }) => size < smallBytes && modificationTime + compactAfterMs <= now,
  );
  return found.length >= minFiles ? found : [];
}

/** Fills files to their limits, the smallest first, so that a full one is not written again for each small one. */
function pack(partition: PartitionValues, files: readonly AddFile[]): CompactionTask[] {
  if (files.length < 2) return [];
  const counted = files
    .map((file) => ({ file, rows: rowsOf(file) }))
    .filter((entry): entry is { file: AddFile; rows: number } => entry.rows !== undefined)
    .sort((one, other) => one.rows - other.rows || inOrder(one.file, other.file));
  const tasks: CompactionTask[] = [];
  let inputs: AddFile[] = [];
  let rows = 0;
  let bytes = 0;
  const close = () => {
    if (inputs.length > 1) tasks.push({ partition, inputs: inputs.sort(inOrder), rows, bytes });
    inputs = [];
    rows = bytes = 0;
  };
  for (const entry of counted) {
    if (rows + entry.rows > maxRowsPerFile || bytes + entry.file.size > maxBytes) close();
    inputs.push(entry.file);
    rows += entry.rows;
    bytes += entry.file.size;
  }
  close();
  return tasks;
}

function inOrder(one: AddFile, other: AddFile): number {
  return one.modificationTime - other.modificationTime || (one.path < other.path ? -1 : 1);
}

/** The number of rows of a file by its statistics; undefined if they lack it. */
function rowsOf({ stats }: AddFile): number | undefined {
  try {
    const { numRecords } = JSON.parse(stats ?? "{}") as Partial<FileStatistics>;
    return typeof numRecords === "number" && numRecords > 0 ? numRecords : undefined;
  } catch {
    return undefined;
  }
}

/** The end of a partition by minute. */
export function endOfMinute({ year = 0, month = 1, day = 1, hour = 0, minute = 0 }: PartitionValues): number {
  return Date.UTC(year, month - 1, day, hour, minute + 1);
}
