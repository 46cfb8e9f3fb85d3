import type { AddFile } from "../../../shared/delta/actions";
import { minuteOf } from "../../../../contract/tables";
import type { MinuteFrame } from "../../../../contract/frames/frames";

/** What is kept of a data file, of which there may be very many. */
export interface FileNumbers {
  readonly rows: number;
  readonly bytes: number;
  /** Of its partition, counted from 1970; NaN if the table has no such partitions. */
  readonly minute: number;
}

interface MinuteSums {
  rows: number;
  files: number;
  bytes: number;
}

const numbersOfFile = 3;

/** The data files of a table, by path, with a few numbers of each: all that the log says of them would be ten times as much. */
export class LiveFiles {
  private readonly places = new Map<string, number>();
  private readonly free: number[] = [];
  private numbers = new Float64Array(numbersOfFile * 64);
  private readonly sums: MinuteSums = { rows: 0, files: 0, bytes: 0 };
  private readonly byMinute = new Map<number, MinuteSums>();
  /** Minutes in order; undefined if there may be others. */
  private ordered: number[] | undefined = [];

  /** Files, with their rows and bytes together. */
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

  /** What is known of a file; undefined if there is none. */
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

  /** The newest minutes, in order. */
  newestMinutes(most: number): MinuteFrame[] {
    this.ordered ??= [...this.byMinute.keys()].sort((one, other) => one - other);
    return this.ordered.slice(-most).map((minute) => {
      const { rows = 0, files = 0, bytes = 0 } = this.byMinute.get(minute) ?? {};
      return { timeMs: minute * 60_000, rows, files, bytes };
    });
  }

  private minute(minute: number): MinuteSums {
    let sums = this.byMinute.get(minute);
    if (sums === undefined) {
      sums = { rows: 0, files: 0, bytes: 0 };
      this.byMinute.set(minute, sums);
      const newest = this.ordered?.at(-1) ?? -Infinity;
      if (minute > newest) this.ordered?.push(minute);
      else this.ordered = undefined;
    }
    return sums;
  }
}

/** How many rows a file has, by its statistics; 0 if they do not tell. Parsing all of them would take most of the time. */
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
