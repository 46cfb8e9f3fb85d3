import { type FileStatistics, formatStatistics } from "../../../shared/delta/data-files/statistics";
import type { AddFile } from "../../../shared/delta/log/actions";
import type { Snapshot } from "../../../shared/delta/log/snapshot";
import { type Column, dataColumns, type TableSchema } from "../../../shared/delta/schema";
import type { LogStore } from "../../../shared/delta/storage/storage";
import { rewriteFiles } from "../../../shared/delta/table/rewrite";

/** How many files are looked at in a round: it takes milliseconds. One commit says what is new of those among them. */
const filesOfRound = 2000;

/**
 * Finds files whose statistics have bounds of some columns, and not of others that have values: delta-rs takes what is missing
 * for null, and leaves such files out. Earlier versions of this project wrote them where texts were long; other writers do.
 * Each file is looked at once.
 */
export class StatisticsMender {
  private readonly columns: readonly Column[];
  private waiting: AddFile[] = [];
  /** One that is no longer followed must not be kept in memory by this. */
  private seen: WeakRef<Snapshot> | undefined;

  constructor(schema: TableSchema) {
    this.columns = dataColumns(schema);
  }

  /**
   * Takes the bounds of some such files back, in one commit that leaves data files and rows alone.
   * @returns how many files there were, and whether there are others to be looked at.
   * @throws DeltaError if the log cannot be read or written.
   */
  async mend(
    log: LogStore,
    snapshot: Snapshot,
    { engine, now }: { readonly engine: string; readonly now: number },
  ): Promise<{ readonly mended: number; readonly isDone: boolean }> {
    if (this.seen?.deref() !== snapshot) {
      this.seen = new WeakRef(snapshot);
      this.waiting = [...snapshot.files.values()];
    }
    const looked = this.waiting.splice(-filesOfRound);
    const adds: AddFile[] = [];
    for (const add of looked) {
      const stats = withoutMisleadingBounds(this.columns, add.stats);
      // Others may have replaced the file meanwhile, or said more of it.
      if (stats !== undefined && snapshot.files.get(add.path) === add) adds.push({ ...add, stats });
    }
    const isDone = this.waiting.length === 0;
    if (adds.length === 0) return { mended: 0, isDone };
    const rewrite = { since: snapshot.version, removes: [], adds, engine, now, operation: "COMPUTE STATS" };
    if ((await rewriteFiles(log, rewrite)).kind === "committed") return { mended: adds.length, isDone };
    this.waiting.push(...looked);
    return { mended: 0, isDone: false };
  }
}

/** The statistics of a file without bounds. @returns undefined if it may keep what it has. */
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
