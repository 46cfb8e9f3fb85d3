import type { FileChange } from "./table-log";

/** Which of the two tables something is of. */
export type TableName = "observations" | "dead letters";

/** A data file that is to be read. */
export interface FileToRead {
  readonly table: TableName;
  /** As the log has it. */
  readonly path: string;
  readonly bytes: number;
}

/** What is to be done next. */
export type Step<Mark> =
  | { readonly kind: "read"; readonly file: FileToRead; readonly isNew: boolean }
  /** Everything that the tables had at this mark is read. */
  | { readonly kind: "complete"; readonly mark: Mark };

/**
 * Which data files are still to be read, so that each row is read once: what a commit brings before what was there at the start. Files
 * into which others were rearranged are never read, but those that brought the rows are, even if they are no longer in the table.
 */
export class ReadingPlan<Mark> {
  /** What was there at the start, the next one last. */
  private backlog: FileToRead[] = [];
  private backlogBytes = 0;
  private restBytes = 0;
  /** What came since, in order. */
  private fresh: (FileToRead | { readonly mark: Mark })[] = [];
  private reached: { readonly mark: Mark } | undefined;

  /** Begins anew with what the tables have. @param files in the order in which they are read */
  begin(files: readonly FileToRead[], mark: Mark): void {
    this.backlog = files.toReversed();
    this.backlogBytes = this.restBytes = bytesOf(files);
    this.fresh = [];
    this.reached = { mark };
  }

  /** A table has changed. @returns false if nobody can know which rows have gone: it is to begin anew then. */
  change(
    table: TableName,
    { brought, keepsRows }: FileChange,
    bytesOfFile: (path: string) => number,
  ): boolean {
    for (const path of brought) this.fresh.push({ table, path, bytes: bytesOfFile(path) });
    return keepsRows;
  }

  /** All changes up to a mark are told. */
  mark(mark: Mark): void {
    this.fresh.push({ mark });
  }

  /** Takes the next step out of the plan; undefined if there is nothing to do. */
  next(): Step<Mark> | undefined {
    for (let first = this.fresh.shift(); first !== undefined; first = this.fresh.shift()) {
      if ("path" in first) return { kind: "read", file: first, isNew: true };
      this.reached = first;
    }
    const file = this.backlog.pop();
    if (file !== undefined) return { kind: "read", file, isNew: false };
    this.restBytes = 0;
    if (this.reached === undefined) return undefined;
    const { mark } = this.reached;
    this.reached = undefined;
    return { kind: "complete", mark };
  }

  /** A file was read. */
  done({ file, isNew }: Extract<Step<Mark>, { readonly kind: "read" }>): void {
    if (!isNew) this.restBytes -= file.bytes;
  }

  /** A file could not be read now: it is tried again when all others are. */
  postpone({ file, isNew }: Extract<Step<Mark>, { readonly kind: "read" }>): void {
    if (isNew) this.restBytes += file.bytes;
    this.backlog.unshift(file);
  }

  /** How much of what was there at the start is read: 0 to 1. */
  get progress(): number {
    if (this.backlog.length === 0 && this.restBytes <= 0) return 1;
    return Math.max(0, 1 - this.restBytes / Math.max(1, this.backlogBytes, this.restBytes));
  }
}

function bytesOf(files: readonly FileToRead[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
