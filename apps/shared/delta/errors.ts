/** What can be wrong with the lake, by a name that code and tests can rely on. */
export type LakeErrorCode =
  /** An entry of the log cannot be read as what it should be. */
  | "LAKE_LOG_CORRUPT"
  /** The log does not run from version 0 without holes. */
  | "LAKE_LOG_INCOMPLETE"
  /** The table asks for a version of the Delta protocol that this writer does not speak. */
  | "LAKE_PROTOCOL_UNSUPPORTED"
  /** The table has other columns or partitions than the rows to be written. */
  | "LAKE_SCHEMA_MISMATCH"
  /** Another writer changed the table's metadata or protocol while this one had it open. */
  | "LAKE_TABLE_CHANGED"
  /** The table's path holds something that is not a Delta table. */
  | "LAKE_NOT_A_TABLE"
  /** The file system failed: no space, read-only, an I/O error. */
  | "LAKE_STORAGE_FAILED"
  /** The topic is another of the same name than the one that the table was fed from: made again, or in another cluster. */
  | "LAKE_TOPIC_MADE_ANEW"
  /** The topic has lost messages: such as the table already holds, or such as were not read yet. */
  | "LAKE_OFFSETS_LOST"
  /** The brokers do not deliver from the offset that is asked for. */
  | "LAKE_OFFSET_UNREADABLE";

/** A failure of the lake that was foreseen. Its message says where, what, and what to do about it. */
export class LakeError extends Error {
  override readonly name = "LakeError";
  /** Starting again may help without anybody changing anything but the circumstances. */
  readonly canRetry: boolean;

  constructor(
    readonly code: LakeErrorCode,
    message: string,
    { canRetry = false, cause }: { canRetry?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.canRetry = canRetry;
  }
}
