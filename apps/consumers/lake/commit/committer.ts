import type { DeltaTable } from "../../../shared/delta/table/table";
import type { Logger } from "../../../shared/logger";
import { counted, showBytes, showDuration } from "../../../shared/text";
import type { DeadLetterOffsets, SealedStep } from "../offsets/positions";
import type { WrittenRows } from "../write/row-writer";
import type { LakeCounts } from "./lake-counts";
import type { Tally } from "./skipped-messages";

export interface CommitterOptions {
  readonly table: DeltaTable;
  readonly deadLetters: DeltaTable;
  readonly tally: Tally;
  readonly counts: LakeCounts;
  readonly logger: Logger;
}

/** Brings what was written into the tables and says so in one line. */
export class Committer {
  constructor(private readonly options: CommitterOptions) {}

  /**
   * Commits dead letters, and then rows and offsets in one atomic step.
   * @param began when writing them began, by `performance.now()`
   * @returns whether it took place: `overtaken` if another consumer of the lake has come further with a partition, so that
   *   neither rows nor offsets were committed.
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
    const tookMs = performance.now() - began;
    const { tally, counts, logger } = this.options;
    const bytes = written.adds.reduce((sum, { size }) => sum + size, 0);
    counts.commits++;
    counts.rows += written.rows;
    counts.files += written.adds.length;
    counts.bytes += bytes;
    counts.commitSeconds.add(tookMs / 1_000);
    counts.becameVisible(written.arrivals, Date.now());
    const { buried, missing } = tally;
    tally.tellRest();
    logger.info(
      `version ${result.version}: ${counted(written.rows, "row")} in ${counted(written.adds.length, "file")}, ` +
        `${showBytes(bytes)}, ${showDuration(tookMs)}`,
      {
        total: counts.rows,
        deadLetters: buried > 0 ? buried : undefined,
        missing: missing > 0 ? missing : undefined,
      },
    );
    return "committed";
  }

  private async commitDeadLetters(
    { adds, rows, next, examples }: WrittenRows["deadLetters"],
    offsets: DeadLetterOffsets,
  ): Promise<boolean> {
    if (rows === 0) return true;
    const { deadLetters, tally } = this.options;
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
      tally.recordDeadLetter({ topic, partition }, offset, reason);
    tally.countDeadLetters(rows - examples.length);
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
