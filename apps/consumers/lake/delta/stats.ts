import type { Column } from "./schema";

/** A value as a data file holds it: timestamps are milliseconds since 1970. */
export type ColumnValue = string | number | null;

/** The values of a data file by column, all of one length. */
export type ColumnValues = Readonly<Record<string, readonly ColumnValue[]>>;

/** What `add.stats` says about a file; readers leave out files by it, so it must never claim too narrow a range. */
export interface FileStatistics {
  readonly numRecords: number;
  readonly minValues: Readonly<Record<string, string | number>>;
  readonly maxValues: Readonly<Record<string, string | number>>;
  readonly nullCount: Readonly<Record<string, number>>;
}

/** Longer texts get no range: a cut-off upper bound would be too low. */
const longestText = 64;

/** The statistics of a data file. Columns of nulls alone, and of long texts, have a count of nulls but no range. */
export function statisticsOf(columns: readonly Column[], values: ColumnValues, rows: number): FileStatistics {
  const minValues: Record<string, string | number> = {};
  const maxValues: Record<string, string | number> = {};
  const nullCount: Record<string, number> = {};
  for (const column of columns) {
    const range = rangeOf(values[column.name] ?? []);
    nullCount[column.name] = range.nulls;
    if (range.min === undefined || range.max === undefined) continue;
    const low = statisticValue(column, range.min);
    const high = statisticValue(column, range.max);
    if (low === undefined || high === undefined) continue;
    minValues[column.name] = low;
    maxValues[column.name] = high;
  }
  return { numRecords: rows, minValues, maxValues, nullCount };
}

function rangeOf(values: readonly ColumnValue[]) {
  let nulls = 0;
  let min: string | number | undefined;
  let max: string | number | undefined;
  for (const value of values) {
    if (value === null) nulls++;
    else if (min === undefined || max === undefined) min = max = value;
    else if (isBelow(value, min)) min = value;
    else if (isBelow(max, value)) max = value;
  }
  return { nulls, min, max };
}

/** Readers compare texts by their UTF-8 bytes, which JavaScript's `<` does not beyond the basic plane. */
function isBelow(one: string | number, other: string | number): boolean {
  if (typeof one === "number" || typeof other === "number") return one < other;
  return one !== other && Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;
}

function statisticValue({ type }: Column, value: string | number): string | number | undefined {
  if (typeof value === "string") return value.length <= longestText ? value : undefined;
  if (!Number.isFinite(value)) return undefined;
  // Exact, because the table's timestamps are whole milliseconds; readers add one for the microseconds that are cut off.
  return type === "timestamp" ? new Date(value).toISOString() : value;
}
