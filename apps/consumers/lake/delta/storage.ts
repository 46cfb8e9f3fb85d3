/** What became of the attempt to write a log entry that must not exist yet. */
export type PutResult = "written" | "exists";

/** Where the log of a table is kept. The log's logic is elsewhere; this only has to be atomic and durable. */
export interface LogStore {
  /** All versions that are there, in ascending order. */
  list(): Promise<number[]>;
  /** The text of an entry, or undefined if there is none. */
  read(version: number): Promise<string | undefined>;
  /**
   * Writes an entry wholly and durably, unless there is one of this version already. Of several who try at once exactly
   * one is told `written`, or none of whom one was interrupted.
   */
  putIfAbsent(version: number, text: string): Promise<PutResult>;
}

/** A data file to be written. */
export interface NewFile {
  /** Relative to the table's root, with `/` between directories, not encoded. */
  readonly path: string;
  readonly contents: Uint8Array;
}

/** Where the data files of a table are kept. */
export interface FileStore {
  /** Writes files that do not exist yet; when it resolves they survive a power failure. */
  write(files: readonly NewFile[]): Promise<void>;
}

/** Where a table is kept. */
export interface TableStorage {
  /** The table's place, for people to read. */
  readonly location: string;
  readonly log: LogStore;
  readonly files: FileStore;
}

/** The name of a log entry's file in the directory `_delta_log`. */
export function logFileName(version: number): string {
  return `${String(version).padStart(20, "0")}.json`;
}

/** The version that a file of the directory `_delta_log` is the log entry of; undefined for any other file. */
export function logFileVersion(name: string): number | undefined {
  const digits = /^(\d{20})\.json$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
