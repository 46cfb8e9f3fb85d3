import { type FileStatistics, formatStatistics } from "../../../shared/delta/data-files/statistics";
import type { AddFile } from "../../../shared/delta/log/actions";
import type { Snapshot } from "../../../shared/delta/log/snapshot";
import { type Column, dataColumns, type TableSchema } from "../../../shared/delta/schema";
import type { LogStore } from "../../../shared/delta/storage/storage";
import { rewriteFiles } from "../../../shared/delta/table/rewrite";

/** How many files one round checks, which takes milliseconds. One commit repairs those among them that need it. */
const filesOfRound = 2000;

/**
 * Finds files whose statistics have bounds for some columns but not for others that have values: delta-rs takes a missing bound for null,
 * and skips such files. Earlier versions of this project wrote them for long texts; other writers do, too. Each file is checked once.
 */
export class StatisticsRepair {
  private readonly columns: readonly Column[];
  private waiting: AddFile[] = [];
  /** A weak reference, so that a snapshot that is no longer used is not kept in memory. */
  private seen: WeakRef<Snapshot> | undefined;

  constructor(schema: TableSchema) {
    this.columns = dataColumns(schema);
  }

  /**
   * Removes the bounds of some such files, in one commit that changes neither data files nor rows.
   * @returns how many files were repaired, and whether all have been checked.
   * @throws DeltaError if the log cannot be read or written.
   */
  async run(
    log: LogStore,
    snapshot: Snapshot,
    { engine, now }: { readonly engine: string; readonly now: number },
  ): Promise<{ readonly repaired: number; readonly isDone: boolean }> {
    if (this.seen?.deref() !== snapshot) {
      this.seen = new WeakRef(snapshot);
      this.waiting = [...snapshot.files.values()];
    }
    const looked = this.waiting.splice(-filesOfRound);
    const adds: AddFile[] = [];
    for (const add of looked) {
      const stats = withoutMisleadingBounds(this.columns, add.stats);
      // Others may have replaced the file, or its statistics, meanwhile.
      if (stats !== undefined && snapshot.files.get(add.path) === add) adds.push({ ...add, stats });
    }
    const isDone = this.waiting.length === 0;
    if (adds.length === 0) return { repaired: 0, isDone };
    const rewrite = { since: snapshot.version, removes: [], adds, engine, now, operation: "COMPUTE STATS" };
    if ((await rewriteFiles(log, rewrite)).kind === "committed") return { repaired: adds.length, isDone };
    this.waiting.push(...looked);
    return { repaired: 0, isDone: false };
  }
}

/** The statistics of a file without bounds. @returns undefined if the file may keep its bounds. */
export function withoutMisleadingBounds(
  columns: readonly Column[],
  stats: string | undefined,
): string | undefined {
  const found = parse(stats);
  const { numRecords, minValues, maxValues, nullCount } = found ?? {};
  if (minValues == null && maxValues == null) return undefined;
  const isComplete = columns.every(
    ({ name, type }) =>
      type === "binary" ||
      (numRecords !== undefined && nullCount?.[name] === numRecords) ||
      (minValues?.[name] != null && maxValues?.[name] != null),
  );
  if (isComplete) return undefined;
  return numRecords === undefined ? "{}" : formatStatistics({ numRecords, nullCount: nullCount ?? {} });
}

function parse(stats: string | undefined): Partial<FileStatistics> | undefined {
  try {
    const parsed: unknown = JSON.parse(stats ?? "{}");
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
