import type { Logger } from "../../shared/logger";
import { counted, showDuration } from "../../shared/text";
import type { BufferedRows } from "./buffer";
import { writeDataFiles } from "./data-files";
import type { TransactionStep, DeltaTable } from "./delta/table";
import type { FileStore } from "./delta/storage";
import { showBytes } from "./text";
import type { Tally } from "./tally";

/**
 * Brings rows and offsets into the table in one atomic step and says so in one line.
 * @returns whether it took place: `overtaken` if another consumer of the lake has come further with a partition, so that
 *   nothing of this was committed.
 */
export class Committer {
  private total = 0;

  constructor(
    private readonly table: DeltaTable,
    private readonly files: FileStore,
    private readonly tally: Tally,
    private readonly logger: Logger,
  ) {}

  async commit(
    rows: BufferedRows,
    transactions: readonly TransactionStep[],
  ): Promise<"committed" | "overtaken"> {
    const began = performance.now();
    const adds = await writeDataFiles(this.files, rows);
    const result = await this.table.append({ adds, transactions });
    if (result.kind === "conflict") {
      this.logger.warn(
        `another lake consumer has written ${counted(result.appIds.length, "partition")} meanwhile: ` +
          `dropping ${counted(rows.rows, "row")} and reading on from the table's offsets`,
        { version: result.version },
      );
      return "overtaken";
    }
    this.total += rows.rows;
    const bytes = adds.reduce((sum, { size }) => sum + size, 0);
    const { skipped, missing } = this.tally;
    this.tally.tellRest();
    this.logger.info(
      `version ${result.version}: ${counted(rows.rows, "row")} in ${counted(adds.length, "file")}, ` +
        `${showBytes(bytes)}, ${showDuration(performance.now() - began)}`,
      {
        total: this.total,
        skipped: skipped > 0 ? skipped : undefined,
        missing: missing > 0 ? missing : undefined,
      },
    );
    return "committed";
  }
}
