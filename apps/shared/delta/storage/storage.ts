/** What became of the attempt to write a log entry that must not exist yet. */
export type PutResult = "written" | "exists";

/** What a log's directory holds; versions in ascending order. */
export interface LogListing {
  readonly commits: readonly number[];
  /** Checkpoints that are one Parquet file, the kind that this project writes and reads. */
  readonly checkpoints: readonly number[];
}

/** What reading a table's log takes, wherever its files are. */
export interface LogReader {
  list(): Promise<LogListing>;
  /** The text of an entry, or undefined if there is none. */
  read(version: number): Promise<string | undefined>;
  /** The Parquet file of a checkpoint, or undefined if there is none. */
  readCheckpoint(version: number): Promise<Uint8Array | undefined>;
}

/** Where the log of a table is kept. The log's logic is elsewhere; this only has to be atomic and durable. */
export interface LogStore extends LogReader {
  /** Whether a version's entry, or a checkpoint of it, is there. */
  has(version: number): Promise<boolean>;
  /**
   * Writes an entry wholly and durably, unless there is one of this version already. Of several who try at once exactly
   * one is told `written`, or none of whom one was interrupted.
   */
  putIfAbsent(version: number, text: string): Promise<PutResult>;
  /** Takes back an entry; that there is none is fine. */
  remove(version: number): Promise<void>;
  /** Writes a checkpoint wholly and durably, in place of any that is there, and then names it as the last one. */
  writeCheckpoint(checkpoint: NewCheckpoint): Promise<void>;
  /** The text that names the last checkpoint, or undefined if there is none. It is a hint, and may be wrong. */
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
  /** How many actions are in it. */
  readonly actions: number;
}

/** A data file to be written. */
export interface NewFile {
  /** Relative to the table's root, with `/` between directories, not encoded. */
  readonly path: string;
  readonly contents: Uint8Array;
}

/** A data file that is there, whether the log knows of it or not. */
export interface StoredFile {
  /** As in {@link NewFile}. */
  readonly path: string;
  /** When it was last written to, in milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** Where the data files of a table are kept. Paths are as in {@link NewFile}. */
export interface FileStore {
  /** Writes files that do not exist yet; when it resolves they survive a power failure. */
  write(files: readonly NewFile[]): Promise<void>;
  /** What is in a file, or undefined if there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Removes files; that one is not there is fine. */
  remove(paths: readonly string[]): Promise<void>;
  /** All files but those whose name, or a directory of theirs, begins with `_` or `.`; one list for each directory. */
  walk(): AsyncIterable<readonly StoredFile[]>;
}

/** Where a table is kept. */
export interface TableStorage {
  /** The table's place, for people to read. */
  readonly location: string;
  readonly log: LogStore;
  readonly files: FileStore;
}
