import type { ColumnValues, RowBatch } from "./data-file";
import type { Column } from "./schema";

/** What `add.stats` says about a file; readers leave out files by it, so it must never claim too narrow a range. */
export interface FileStatistics {
  readonly numRecords: number;
  readonly minValues: Readonly<Record<string, string | number>>;
  readonly maxValues: Readonly<Record<string, string | number>>;
  readonly nullCount: Readonly<Record<string, number>>;
}

/** Longer texts get no range: a cut-off upper bound would be too low. */
const longestText = 64;

/**
 * The statistics of a data file. Columns of nulls alone, of long texts, of bytes, and of numbers that JSON cannot hold
 * exactly have a count of nulls but no range.
 */
export function statisticsOf(columns: readonly Column[], batch: RowBatch): FileStatistics {
  const minValues: Record<string, string | number> = {};
  const maxValues: Record<string, string | number> = {};
  const nullCount: Record<string, number> = {};
  for (const { name, type } of columns) {
    const values = batch.columns[name] ?? [];
    nullCount[name] = countNulls(values);
    if (type === "binary") continue;
    const range = rangeOf(values);
    if (range === undefined) continue;
    const low = type === "timestamp" ? showTime(floorToMs(range.min)) : showValue(range.min);
    const high = type === "timestamp" ? showTime(-floorToMs(negate(range.max))) : showValue(range.max);
    if (low === undefined || high === undefined) continue;
    minValues[name] = low;
    maxValues[name] = high;
  }
  return { numRecords: batch.rows, minValues, maxValues, nullCount };
}

type Value = string | number | bigint;

interface Range {
  readonly min: Value;
  readonly max: Value;
}

function countNulls(values: ColumnValues): number {
  if (ArrayBuffer.isView(values)) return 0;
  let nulls = 0;
  for (const value of values) if (value === null) nulls++;
  return nulls;
}

function rangeOf(values: ColumnValues): Range | undefined {
  if (values instanceof BigInt64Array) return rangeOfLongs(values);
  if (ArrayBuffer.isView(values)) return rangeOfNumbers(values);
  // The same few texts come again and again.
  return rangeOfAll(new Set(values as readonly (string | null)[]));
}

/** Goes by halves for as long as numbers hold the values exactly: a bigint each would take most of the time. */
function rangeOfLongs(values: BigInt64Array): Range | undefined {
  const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < halves.length; at += 2) {
    const value = (halves[at + 1] ?? 0) * 2 ** 32 + ((halves[at] ?? 0) >>> 0);
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max)) return rangeOfAll(values);
  return { min: BigInt(min), max: BigInt(max) };
}

function rangeOfNumbers(values: Int32Array | Float64Array): Range | undefined {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    // No range would be right for it.
    if (Number.isNaN(value)) return undefined;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return values.length === 0 ? undefined : { min, max };
}

function rangeOfAll(values: Iterable<Value | null>): Range | undefined {
  let min: Value | undefined;
  let max: Value | undefined;
  for (const value of values) {
    if (value === null) continue;
    if (min === undefined || max === undefined) min = max = value;
    else if (isBelow(value, min)) min = value;
    else if (isBelow(max, value)) max = value;
  }
  return min === undefined || max === undefined ? undefined : { min, max };
}

/** Readers compare texts by their UTF-8 bytes, which JavaScript's `<` does not beyond the basic plane. */
function isBelow(one: Value, other: Value): boolean {
  if (typeof one !== "string" || typeof other !== "string") return one < other;
  return one !== other && Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;
}

function showValue(value: Value): string | number | undefined {
  if (typeof value === "string") return value.length <= longestText ? value : undefined;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
  return Number.isFinite(value) ? value : undefined;
}

const negate = (micros: Value) => -BigInt(micros);

/** Delta keeps times of statistics in milliseconds: the range is widened to whole ones. */
function floorToMs(micros: Value): number {
  const whole = BigInt(micros);
  const rest = whole % 1000n;
  return Number((whole - rest) / 1000n) - (rest < 0n ? 1 : 0);
}

function showTime(milliseconds: number): string | undefined {
  const shown = Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : "";
  // Years beyond four digits are written in a way that not every reader takes.
  return /^\d{4}-/.test(shown) ? shown : undefined;
}
