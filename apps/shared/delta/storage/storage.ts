/** The outcome of an attempt to write a log entry that must not exist yet. */
export type PutResult = "written" | "exists";

/** The versions in a log's directory, in ascending order. */
export interface LogListing {
  readonly commits: readonly number[];
  /** Checkpoints of one Parquet file, the kind that this project writes and reads. */
  readonly checkpoints: readonly number[];
}

/** Access to a table's log for reading, wherever its files are. */
export interface LogReader {
  list(): Promise<LogListing>;
  /** The text of an entry; undefined if it does not exist. */
  read(version: number): Promise<string | undefined>;
  /** The Parquet file of a checkpoint; undefined if it does not exist. */
  readCheckpoint(version: number): Promise<Uint8Array | undefined>;
}

/** Storage of a table's log. It must be atomic and durable; it knows nothing of the log's contents. */
export interface LogStore extends LogReader {
  /** Whether the entry of a version, or a checkpoint of it, exists. */
  has(version: number): Promise<boolean>;
  /**
   * Writes an entry completely and durably, unless the version has one already. Of several concurrent attempts, exactly one returns
   * `written`, or none if one of them was interrupted.
   */
  putIfAbsent(version: number, text: string): Promise<PutResult>;
  /** Removes an entry, if it exists. */
  remove(version: number): Promise<void>;
  /** Writes a checkpoint completely and durably, replacing an existing one, and then names it as the last checkpoint. */
  writeCheckpoint(checkpoint: NewCheckpoint): Promise<void>;
  /** The text that names the last checkpoint; undefined if it does not exist. It is a hint, and may be wrong. */
  readLastCheckpoint(): Promise<string | undefined>;
  /**
   * Removes entries and checkpoints of versions before `version` that were written before `writtenBefore` (milliseconds
   * since 1970), the oldest first, and stops at the first entry that is younger, so that it leaves no holes.
   * @returns how many files it removed.
   */
  removeBefore(version: number, writtenBefore: number): Promise<number>;
}

/** A checkpoint to be written. */
export interface NewCheckpoint {
  readonly version: number;
  /** The Parquet file. */
  readonly contents: Uint8Array;
  /** The number of its actions. */
  readonly actions: number;
}

/** A data file to be written. */
export interface NewFile {
  /** Relative to the table's root, with `/` between directories, not encoded. */
  readonly path: string;
  readonly contents: Uint8Array;
}

/** A data file in the directory, whether the log knows it or not. */
export interface StoredFile {
  /** As in {@link NewFile}. */
  readonly path: string;
  /** When it was last modified, in milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** Storage of the data files of a table. Paths are as in {@link NewFile}. */
export interface FileStore {
  /** Writes files that do not exist yet; once it resolves, they survive a power failure. */
  write(files: readonly NewFile[]): Promise<void>;
  /** The contents of a file; undefined if it does not exist. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Removes files, if they exist. */
  remove(paths: readonly string[]): Promise<void>;
  /** All files except those whose name, or one of whose directories, starts with `_` or `.`; one list for each directory. */
  walk(): AsyncIterable<readonly StoredFile[]>;
}

/** Storage of a table: the seam at which another kind of storage can be added. */
export interface TableStorage {
  /** Where the table is, for messages. */
  readonly location: string;
  readonly log: LogStore;
  readonly files: FileStore;
}
