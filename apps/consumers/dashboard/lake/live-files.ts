import type { CommitFrame, MinuteFrame } from "../../../../contract/frames/frames";
import { minuteOf } from "../../../../contract/tables";
import type { AddFile } from "../../../shared/delta/actions";
import type { Commit } from "../../../shared/delta/state";

/** What is kept of a data file. A table may have very many. */
export interface FileNumbers {
  readonly rows: number;
  readonly bytes: number;
  /** The minute of its partition, counted from 1970; NaN if the table has no such partitions. */
  readonly minute: number;
}

interface MinuteSums {
  rows: number;
  files: number;
  bytes: number;
}

const numbersOfFile = 3;

/** The data files of a table, by path, with a few numbers of each: all of their metadata would take ten times the memory. */
export class LiveFiles {
  private readonly places = new Map<string, number>();
  private readonly free: number[] = [];
  private numbers = new Float64Array(numbersOfFile * 64);
  private readonly sums: MinuteSums = { rows: 0, files: 0, bytes: 0 };
  private readonly byMinute = new Map<number, MinuteSums>();
  /** Minutes in order; undefined if they have to be sorted again. */
  private ordered: number[] | undefined = [];

  /** The sums of all files. */
  get total(): Readonly<MinuteSums> {
    return this.sums;
  }

  get paths(): IterableIterator<string> {
    return this.places.keys();
  }

  get minuteCount(): number {
    return this.byMinute.size;
  }

  has(path: string): boolean {
    return this.places.has(path);
  }

  /** The numbers of a file; undefined if the table does not have it. */
  get(path: string): FileNumbers | undefined {
    const place = this.places.get(path);
    if (place === undefined) return undefined;
    const [rows = 0, bytes = 0, minute = 0] = this.numbers.subarray(place, place + numbersOfFile);
    return { rows, bytes, minute };
  }

  add(file: AddFile): void {
    this.remove(file.path);
    const place = this.free.pop() ?? this.places.size * numbersOfFile;
    if (place === this.numbers.length) {
      const numbers = new Float64Array(this.numbers.length * 2);
      numbers.set(this.numbers);
      this.numbers = numbers;
    }
    this.places.set(file.path, place);
    const minute = minuteOfPartition(file.partitionValues);
    const rows = rowsOf(file);
    this.numbers.set([rows, file.size, minute], place);
    count(this.sums, 1, rows, file.size);
    if (!Number.isNaN(minute)) count(this.minute(minute), 1, rows, file.size);
  }

  remove(path: string): void {
    const place = this.places.get(path);
    const numbers = this.get(path);
    if (place === undefined || numbers === undefined) return;
    const { rows, bytes, minute } = numbers;
    this.places.delete(path);
    this.free.push(place);
    count(this.sums, -1, -rows, -bytes);
    const sums = this.byMinute.get(minute);
    if (sums === undefined) return;
    count(sums, -1, -rows, -bytes);
    if (sums.files > 0) return;
    this.byMinute.delete(minute);
    this.ordered = undefined;
  }

  /** The latest minutes, in order. */
  latestMinutes(max: number): MinuteFrame[] {
    this.ordered ??= [...this.byMinute.keys()].sort((one, other) => one - other);
    return this.ordered.slice(-max).map((minute) => {
      const { rows = 0, files = 0, bytes = 0 } = this.byMinute.get(minute) ?? {};
      return { timeMs: minute * 60_000, rows, files, bytes };
    });
  }

  private minute(minute: number): MinuteSums {
    let sums = this.byMinute.get(minute);
    if (sums === undefined) {
      sums = { rows: 0, files: 0, bytes: 0 };
      this.byMinute.set(minute, sums);
      const latest = this.ordered?.at(-1) ?? -Infinity;
      if (minute > latest) this.ordered?.push(minute);
      else this.ordered = undefined;
    }
    return sums;
  }
}

/** How many rows a file has, by its statistics; 0 if they do not say. Parsing the whole statistics would take most of the time. */
export function rowsOf({ stats }: Pick<AddFile, "stats">): number {
  return Number(/"numRecords"\s*:\s*(\d+)/.exec(stats ?? "")?.[1] ?? 0);
}

function minuteOfPartition(values: AddFile["partitionValues"]): number {
  const { year, month, day, hour, minute } = values;
  if (year == null || month == null || day == null || hour == null || minute == null) return Number.NaN;
  return minuteOf(Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)));
}

function count(sums: MinuteSums, files: number, rows: number, bytes: number): void {
  sums.files += files;
  sums.rows += rows;
  sums.bytes += bytes;
}

/** A commit as pages show it. A commit that only moves rows adds none. */
export function commitFrame({ version, actions }: Commit): CommitFrame {
  const frame = { version, timeMs: 0, operation: "", rowsAdded: 0, filesAdded: 0, filesRemoved: 0 };
  for (const action of actions) {
    if ("add" in action) {
      frame.filesAdded++;
      if (action.add.dataChange) frame.rowsAdded += rowsOf(action.add);
      // Writers need not write the time of a commit, but they do write the time of its files.
      if (frame.timeMs === 0) frame.timeMs = action.add.modificationTime;
    } else if ("remove" in action) frame.filesRemoved++;
    else if ("commitInfo" in action) {
      const { timestamp, operation } = action.commitInfo;
      if (typeof timestamp === "number") frame.timeMs = timestamp;
      if (typeof operation === "string") frame.operation = operation;
    }
  }
  return frame;
}

const windowMs = 60_000;

/** Rows that commits have added a second, in the last minute. @param commits the latest first */
export function rowsPerSecond(commits: readonly CommitFrame[], nowMs: number): number {
  const past = commits.filter(({ timeMs }) => timeMs <= nowMs);
  const recent = past.filter(({ timeMs }) => timeMs > nowMs - windowMs);
  const [latest] = recent;
  if (latest === undefined) return 0;
  // The rows of a commit came since the commit before it.
  const before = past[recent.length];
  const counted = before === undefined ? recent.slice(0, -1) : recent;
  const sinceMs = (before ?? recent.at(-1))?.timeMs ?? latest.timeMs;
  const rows = counted.reduce((sum, { rowsAdded }) => sum + rowsAdded, 0);
  const spanMs = Math.min(latest.timeMs - sinceMs, windowMs);
  return spanMs <= 0 ? 0 : (rows * 1_000) / spanMs;
}
