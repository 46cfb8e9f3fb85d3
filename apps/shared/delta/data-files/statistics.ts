import type { Column, ColumnType } from "../schema";
import type { ColumnValues, RowBatch } from "./row-batch";

/** The minimum or maximum of a column; a bigint if a number would not be exact. */
export type Bound = string | number | bigint;

/**
 * The statistics of a file in `add.stats`. Readers skip files by them, so a range must never be too narrow. Some readers take a missing
 * bound for null, and skip the file: there are bounds for every column that has values, or for none.
 */
export interface FileStatistics {
  readonly numRecords: number;
  readonly minValues?: Readonly<Record<string, Bound>>;
  readonly maxValues?: Readonly<Record<string, Bound>>;
  readonly nullCount: Readonly<Record<string, number>>;
}

/** Longer texts have a shortened bound. Code units. */
const longestText = 64;

/**
 * The statistics of a data file. Columns that hold only nulls have no bounds, nor do columns of bytes, because no reader
 * uses them. If the bounds of another column cannot be determined, the file has no bounds at all.
 */
export function statisticsOf(columns: readonly Column[], batch: RowBatch): FileStatistics {
  const minValues: Record<string, Bound> = {};
  const maxValues: Record<string, Bound> = {};
  const nullCount: Record<string, number> = {};
  let areKnown = true;
  for (const { name, type } of columns) {
    const values = batch.columns[name];
    const nulls = values === undefined ? batch.rows : countNulls(values);
    nullCount[name] = nulls;
    if (values === undefined || type === "binary" || nulls === batch.rows) continue;
    const bounds = areKnown ? boundsOf(type, values) : undefined;
    if (bounds === undefined) areKnown = false;
    else [minValues[name], maxValues[name]] = bounds;
  }
  return { numRecords: batch.rows, ...(areKnown && { minValues, maxValues }), nullCount };
}

/** Formats statistics for `add.stats`. `JSON.stringify` rejects a bigint, and writes -0 as 0. */
export function formatStatistics({ numRecords, minValues, maxValues, nullCount }: FileStatistics): string {
  const fields = { minValues, maxValues, nullCount };
  const shown = Object.entries(fields)
    .filter((entry): entry is [string, Readonly<Record<string, Bound>>] => entry[1] !== undefined)
    .map(([name, values]) => `,"${name}":${formatBounds(values)}`);
  return `{"numRecords":${numRecords}${shown.join("")}}`;
}

const beforeCounts = ',"nullCount":{';

/**
 * Adds columns that a file lacks, so that they are null in each of its rows. If `nullCount` lacks a column, delta-rs skips the file when
 * it searches for nulls.
 * @param stats as {@link formatStatistics} returns them; bounds keep their exact text
 */
export function withNullColumns(stats: string, names: readonly string[]): string {
  const at = stats.lastIndexOf(beforeCounts);
  if (at < 0 || names.length === 0) return stats;
  const { numRecords, nullCount } = JSON.parse(stats) as Pick<FileStatistics, "numRecords" | "nullCount">;
  const counts = names
    .filter((name) => !(name in nullCount))
    .map((name) => `${JSON.stringify(name)}:${numRecords}`);
  const rest = stats.slice(at + beforeCounts.length);
  const separator = counts.length > 0 && rest !== "}}" ? "," : "";
  return stats.slice(0, at) + beforeCounts + counts.join(",") + separator + rest;
}

function formatBounds(bounds: Readonly<Record<string, Bound>>): string {
  const shown = Object.entries(bounds).map(
    ([name, bound]) => `${JSON.stringify(name)}:${formatBound(bound)}`,
  );
  return `{${shown.join(",")}}`;
}

function formatBound(bound: Bound): string {
  if (typeof bound === "bigint") return String(bound);
  return Object.is(bound, -0) ? "-0.0" : JSON.stringify(bound);
}

type Range = readonly [min: Bound, max: Bound];

function countNulls(values: ColumnValues): number {
  if (ArrayBuffer.isView(values)) return 0;
  let nulls = 0;
  for (const value of values) if (value === null) nulls++;
  return nulls;
}

/** Undefined if there are no correct bounds, or none that every reader accepts. */
function boundsOf(type: ColumnType, values: ColumnValues): Range | undefined {
  if (values instanceof Float64Array) return rangeOfDoubles(values);
  if (values instanceof Int32Array) return rangeOfNumbers(values);
  if (values instanceof BigInt64Array) {
    const range = rangeOfLongs(values);
    return type === "timestamp" ? timeBounds(range) : range;
  }
  return textBounds(values as readonly (string | null)[]);
}

/** Reads the halves of each value while numbers are exact: a bigint for each would take most of the time. */
function rangeOfLongs(values: BigInt64Array): Range {
  const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < halves.length; at += 2) {
    const value = (halves[at + 1] ?? 0) * 2 ** 32 + ((halves[at] ?? 0) >>> 0);
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return Number.isSafeInteger(min) && Number.isSafeInteger(max) ? [min, max] : rangeOfBigints(values);
}

function rangeOfBigints(values: BigInt64Array): Range {
  let min = values[0] ?? 0n;
  let max = min;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}

/** Undefined if one of the values is NaN: readers do not agree on its place in the order. */
function rangeOfNumbers(values: Int32Array | Float64Array): readonly [number, number] | undefined {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (Number.isNaN(value)) return undefined;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}

/** JSON has no infinities. Some readers order -0 before 0, so a zero bound covers both. */
function rangeOfDoubles(values: Float64Array): Range | undefined {
  const range = rangeOfNumbers(values);
  if (range === undefined) return undefined;
  const [min, max] = range;
  if (!Number.isFinite(min) || !Number.isFinite(max)) return undefined;
  return [min === 0 ? -0 : min, max === 0 ? 0 : max];
}

function textBounds(values: Iterable<string | null>): Range | undefined {
  let min: string | undefined;
  let max: string | undefined;
  // There are few different texts.
  for (const value of new Set(values)) {
    if (value === null) continue;
    if (min === undefined || max === undefined) min = max = value;
    else if (isBefore(value, min, longestText)) min = value;
    else if (isBefore(max, value, longestText)) max = value;
  }
  if (min === undefined || max === undefined) return undefined;
  const high = upperBound(max, longestText);
  return high === undefined ? undefined : [lowerBound(min, longestText), high];
}

/** Delta stores times of statistics in milliseconds, so the range is widened to whole milliseconds. */
function timeBounds([min, max]: Range): Range | undefined {
  const low = showTime(floorToMs(BigInt(min)));
  const high = showTime(-floorToMs(-BigInt(max)));
  return low === undefined || high === undefined ? undefined : [low, high];
}

function floorToMs(micros: bigint): number {
  const rest = micros % 1000n;
  return Number((micros - rest) / 1000n) - (rest < 0n ? 1 : 0);
}

function showTime(milliseconds: number): string | undefined {
  const shown = Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : "";
  // Not every reader accepts years of more than four digits.
  return /^\d{4}-/.test(shown) ? shown : undefined;
}

/** The first and last of the surrogates, code units that only have a meaning in pairs. */
const firstSurrogate = 0xd800;
const lastSurrogate = 0xdfff;
const lastCodePoint = 0x10ffff;

const isSurrogate = (unit: number) => unit >= firstSurrogate && unit <= lastSurrogate;
/** Whether the unit is the first of a pair. */
const beginsPair = (unit: number) => unit >= firstSurrogate && unit < 0xdc00;

/**
 * Whether a text comes before another in the order of their UTF-8 bytes, which readers of a table use. JavaScript's `<` compares code
 * units, which is a different order beyond the basic multilingual plane.
 * @param maxLength if the first `maxLength` code units are equal, the longer text comes later, whatever follows: their bounds of that
 *   length are equal, too
 */
export function isBefore(one: string, other: string, maxLength: number): boolean {
  const shared = Math.min(one.length, other.length, maxLength);
  let at = 0;
  while (at < shared && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  // Next to a surrogate, the order depends on whether it has a partner.
  if (at > 0 && beginsPair(one.charCodeAt(at - 1))) return isBeforeByBytes(one, other);
  if (at === shared) return one.length < other.length;
  const unit = one.charCodeAt(at);
  const otherUnit = other.charCodeAt(at);
  return isSurrogate(unit) || isSurrogate(otherUnit) ? isBeforeByBytes(one, other) : unit < otherUnit;
}

function isBeforeByBytes(one: string, other: string): boolean {
  return Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;
}

/** A text of at most `maxLength` code units that is not after `text`: its start, without half a character. */
export function lowerBound(text: string, maxLength: number): string {
  const end =
    text.length > maxLength && beginsPair(text.charCodeAt(maxLength - 1)) ? maxLength - 1 : maxLength;
  // Unpaired surrogates are written to files as U+FFFD.
  return text.slice(0, end).toWellFormed();
}

/**
 * A text of at most `maxLength` code units that is not before `text`. A longer text is cut, and its last character that has a successor is
 * replaced by it, which may take one code unit more.
 * @returns undefined if there is none.
 */
export function upperBound(text: string, maxLength: number): string | undefined {
  const start = lowerBound(text, maxLength);
  if (text.length <= maxLength) return start;
  const characters = Array.from(start);
  for (;;) {
    const last = characters.pop()?.codePointAt(0);
    if (last === undefined) return undefined;
    if (last === lastCodePoint) continue;
    const next = last + 1 === firstSurrogate ? lastSurrogate + 1 : last + 1;
    return characters.join("") + String.fromCodePoint(next);
  }
}
