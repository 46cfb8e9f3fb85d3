import type { DeltaTable } from "../../../shared/delta/table/table";
import type { Logger } from "../../../shared/logger";
import { counted, showBytes, showDuration } from "../../../shared/text";
import type { DeadLetterOffsets, SealedStep } from "../offsets/positions";
import type { WrittenRows } from "../write/row-writer";
import type { LakeCounts } from "./lake-counts";
import type { SkippedMessages } from "./skipped-messages";

export interface CommitterOptions {
  readonly table: DeltaTable;
  readonly deadLetters: DeltaTable;
  readonly skipped: SkippedMessages;
  readonly counts: LakeCounts;
  readonly logger: Logger;
}

/** Commits written data files to the two tables, and logs each commit in one line. */
export class Committer {
  constructor(private readonly options: CommitterOptions) {}

  /**
   * Commits dead letters, and then rows and offsets in one atomic step.
   * @param began when writing the files started, by `performance.now()`
   * @returns `overtaken` if another consumer of the lake has committed a partition first: then neither rows nor offsets were committed.
   */
  async commit(
    written: WrittenRows,
    steps: readonly SealedStep[],
    deadLetterOffsets: DeadLetterOffsets,
    began: number,
  ): Promise<"committed" | "overtaken"> {
    if (!(await this.commitDeadLetters(written.deadLetters, deadLetterOffsets))) return "overtaken";
    const result = await this.options.table.append({ adds: written.adds, transactions: steps });
    if (result.kind === "conflict") {
      this.overtaken(result.appIds.length, written.rows, result.version);
      return "overtaken";
    }
    this.record(written, result.version, performance.now() - began);
    return "committed";
  }

  private record({ adds, rows, arrivals }: WrittenRows, version: number, tookMs: number): void {
    const { skipped, counts, logger } = this.options;
    const bytes = adds.reduce((sum, { size }) => sum + size, 0);
    counts.commits++;
    counts.rows += rows;
    counts.files += adds.length;
    counts.bytes += bytes;
    counts.commitSeconds.add(tookMs / 1_000);
    counts.becameVisible(arrivals, Date.now());
    const { deadLetters, missingOffsets } = skipped;
    skipped.logRest();
    logger.info(
      `version ${version}: ${counted(rows, "row")} in ${counted(adds.length, "file")}, ` +
        `${showBytes(bytes)}, ${showDuration(tookMs)}`,
      {
        total: counts.rows,
        deadLetters: deadLetters > 0 ? deadLetters : undefined,
        missing: missingOffsets > 0 ? missingOffsets : undefined,
      },
    );
  }

  private async commitDeadLetters(
    { adds, rows, next, examples }: WrittenRows["deadLetters"],
    offsets: DeadLetterOffsets,
  ): Promise<boolean> {
    if (rows === 0) return true;
    const { deadLetters, skipped } = this.options;
    const steps = [...next].flatMap(([index, to]) => {
      const progress = offsets[index];
      return progress === undefined ? [] : [{ progress, to }];
    });
    const result = await deadLetters.append({
      adds,
      transactions: steps.map(({ progress, to }) => ({ appId: progress.appId, from: progress.stored, to })),
    });
    if (result.kind === "conflict") {
      this.overtaken(result.appIds.length, rows, result.version);
      return false;
    }
    for (const { progress, to } of steps) progress.stored = to;
    for (const { topic, partition, offset, reason } of examples)
      skipped.recordDeadLetter({ topic, partition }, offset, reason);
    skipped.countDeadLetters(rows - examples.length);
    return true;
  }

  private overtaken(partitions: number, rows: number, version: number): void {
    this.options.counts.commitsOvertaken++;
    this.options.logger.warn(
      `another lake consumer has written ${counted(partitions, "partition")} meanwhile: ` +
        `dropping ${counted(rows, "row")} and reading on from the table's offsets`,
      { version },
    );
  }
}
