import type { Logger } from "../../shared/logger";
import { counted, showDuration } from "../../shared/text";
import type { DeadLetterOffsets } from "./dead-letters";
import type { DeltaTable } from "../../shared/delta/table";
import type { SealedStep } from "./offsets";
import type { Tally } from "./tally";
import { showBytes } from "./text";
import type { WrittenRows } from "./writer/row-writer";

export interface CommitterOptions {
  readonly table: DeltaTable;
  readonly deadLetters: DeltaTable;
  readonly tally: Tally;
  readonly logger: Logger;
}

/** Brings what was written into the tables and says so in one line. */
export class Committer {
  private total = 0;

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
      this.sayOvertaken(result.appIds.length, written.rows, result.version);
      return "overtaken";
    }
    this.total += written.rows;
    const bytes = written.adds.reduce((sum, { size }) => sum + size, 0);
    const { tally, logger } = this.options;
    const { buried, missing } = tally;
    tally.tellRest();
    logger.info(
      `version ${result.version}: ${counted(written.rows, "row")} in ${counted(written.adds.length, "file")}, ` +
        `${showBytes(bytes)}, ${showDuration(performance.now() - began)}`,
      {
        total: this.total,
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
      this.sayOvertaken(result.appIds.length, rows, result.version);
      return false;
    }
    for (const { progress, to } of steps) progress.stored = to;
    for (const { topic, partition, offset, reason } of examples)
      tally.bury({ topic, partition }, offset, reason);
    tally.buryMore(rows - examples.length);
    return true;
  }

  private sayOvertaken(partitions: number, rows: number, version: number): void {
    this.options.logger.warn(
      `another lake consumer has written ${counted(partitions, "partition")} meanwhile: ` +
        `dropping ${counted(rows, "row")} and reading on from the table's offsets`,
      { version },
    );
  }
}
