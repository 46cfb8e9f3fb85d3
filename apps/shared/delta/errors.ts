/** What can be wrong with a Delta table, by names that code and tests can rely on. */
export type DeltaErrorCode =
  /** An entry of the log is not what it should be. */
  | "LOG_CORRUPT"
  /** The log does not run from version 0, or from a checkpoint, without holes. */
  | "LOG_INCOMPLETE"
  /** The table requires a version or a feature of the Delta protocol that this writer does not support. */
  | "PROTOCOL_UNSUPPORTED"
  /** The table has other columns or partitions than the rows to be written. */
  | "SCHEMA_MISMATCH"
  /** Another writer changed the table's metadata or protocol while this process had the table open. */
  | "TABLE_CHANGED"
  /** The table's path holds something that is not a Delta table. */
  | "NOT_A_TABLE"
  /** The file system failed: no space, read-only, an I/O error. */
  | "STORAGE_FAILED";

/** An expected failure of a table or its storage. Its message says where, what, and what to do about it. */
export class DeltaError extends Error {
  override readonly name = "DeltaError";
  /** Opening the table again may help although nobody repairs it: the cause may have passed by then. */
  readonly retriable: boolean;

  constructor(
    readonly code: DeltaErrorCode,
    message: string,
    { retriable = false, cause }: { readonly retriable?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.retriable = retriable;
  }
}
