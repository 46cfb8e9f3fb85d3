import { dataColumns } from "./delta/schema";
import type { ColumnValue } from "./delta/stats";
import { minuteOf, type ObservationRow, observationSchema } from "./schema";

/** The rows of one minute by column. */
export type RowColumns = Readonly<Record<string, ColumnValue[]>>;

/** What a flush begins with. */
export interface BufferedRows {
  /** By minute since 1970. */
  readonly minutes: ReadonlyMap<number, RowColumns>;
  readonly rows: number;
  /** Bytes of the messages that the rows came from. */
  readonly bytes: number;
}

export interface BufferLimits {
  readonly rows: number;
  readonly bytes: number;
}

const columnNames = dataColumns(observationSchema).map(({ name }) => name as keyof ObservationRow);

/** Rows that are read but not yet written, kept by minute and column as the data files will hold them. */
export class RowBuffer {
  private minutes = new Map<number, RowColumns>();
  private rows = 0;
  private bytes = 0;

  constructor(private readonly limits: BufferLimits) {}

  /** A limit is reached: write before adding more. */
  get isFull(): boolean {
    return this.rows >= this.limits.rows || this.bytes >= this.limits.bytes;
  }

  add(row: ObservationRow, bytes: number): void {
    const minute = minuteOf(row.timestamp);
    let columns = this.minutes.get(minute);
    if (columns === undefined) {
      columns = Object.fromEntries(columnNames.map((name) => [name, []]));
      this.minutes.set(minute, columns);
    }
    for (const name of columnNames) columns[name]?.push(row[name]);
    this.rows++;
    this.bytes += bytes;
  }

  /** Takes out everything. */
  take(): BufferedRows {
    const { minutes, rows, bytes } = this;
    this.minutes = new Map();
    this.rows = 0;
    this.bytes = 0;
    return { minutes, rows, bytes };
  }
}
