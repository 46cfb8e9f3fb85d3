import type { Column, ColumnType } from "../schema";
import type { ColumnValues, RowBatch } from "./row-batch";

/** The least or greatest value of a column; a bigint where a number would not be exact. */
export type Bound = string | number | bigint;

/**
 * What `add.stats` says about a file. Readers leave out files by it, so it must never claim too narrow a range. Some take a
 * bound that is missing for null, and leave the file out: there are bounds for each column that has values, or for none.
 */
export interface FileStatistics {
  readonly numRecords: number;
  readonly minValues?: Readonly<Record<string, Bound>>;
  readonly maxValues?: Readonly<Record<string, Bound>>;
  readonly nullCount: Readonly<Record<string, number>>;
}

/** Longer texts get a shorter bound. Code units. */
const longestText = 64;

/**
 * The statistics of a data file. Columns of nulls alone have no bounds, and neither have bytes, which no reader asks for. If
 * the bounds of another column cannot be told, the file has none at all.
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

/** The statistics as `add.stats` wants them. `JSON.stringify` takes no bigint, and makes 0 of -0. */
export function formatStatistics({ numRecords, minValues, maxValues, nullCount }: FileStatistics): string {
  const fields = { minValues, maxValues, nullCount };
  const shown = Object.entries(fields)
    .filter((entry): entry is [string, Readonly<Record<string, Bound>>] => entry[1] !== undefined)
    .map(([name, values]) => `,"${name}":${formatBounds(values)}`);
  return `{"numRecords":${numRecords}${shown.join("")}}`;
}

const beforeCounts = ',"nullCount":{';

/**
 * Adds columns that a file lacks, and that are null in each of its rows therefore. Where `nullCount` says nothing of a column, delta-rs leaves
 * the file out when it looks for nulls.
 * @param stats as {@link formatStatistics} makes them; bounds stay as they are written, to the last digit
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

/** Undefined if there are none that are right, or that every reader takes. */
function boundsOf(type: ColumnType, values: ColumnValues): Range | undefined {
  if (values instanceof Float64Array) return rangeOfDoubles(values);
  if (values instanceof Int32Array) return rangeOfNumbers(values);
  if (values instanceof BigInt64Array) {
    const range = rangeOfLongs(values);
    return type === "timestamp" ? timeBounds(range) : range;
  }
  return textBounds(values as readonly (string | null)[]);
}

/** Goes by halves for as long as numbers hold the values exactly: a bigint each would take most of the time. */
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

/** Undefined if one of them is NaN: readers do not agree on where it stands. */
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

/** JSON has no infinities. To some readers -0 is less than 0, so a zero reaches from the one to the other. */
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
  // The same few texts come again and again.
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

/** Delta keeps times of statistics in milliseconds: the range is widened to whole ones. */
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
  // Years beyond four digits are written in a way that not every reader takes.
  return /^\d{4}-/.test(shown) ? shown : undefined;
}

/** The first and last of the code units that only mean something in pairs. */
const firstSurrogate = 0xd800;
const lastSurrogate = 0xdfff;
const lastCodePoint = 0x10ffff;

const isSurrogate = (unit: number) => unit >= firstSurrogate && unit <= lastSurrogate;
/** Whether a pair begins with the unit. */
const beginsPair = (unit: number) => unit >= firstSurrogate && unit < 0xdc00;

/**
 * Whether a text comes before another in the order of their UTF-8 bytes, by which readers of a table compare. JavaScript's
 * `<` compares code units, which is another order beyond the basic plane.
 * @param maxLength of texts whose first so many code units are the same, the longer comes after the shorter, whatever follows:
 *   their bounds of that length are the same, too
 */
export function isBefore(one: string, other: string, maxLength: number): boolean {
  const shared = Math.min(one.length, other.length, maxLength);
  let at = 0;
  while (at < shared && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  // What is decided beside a surrogate depends on whether that has a partner.
  if (at > 0 && beginsPair(one.charCodeAt(at - 1))) return isBeforeByBytes(one, other);
  if (at === shared) return one.length < other.length;
  const unit = one.charCodeAt(at);
  const otherUnit = other.charCodeAt(at);
  return isSurrogate(unit) || isSurrogate(otherUnit) ? isBeforeByBytes(one, other) : unit < otherUnit;
}

function isBeforeByBytes(one: string, other: string): boolean {
  return Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;
}

/** A text that is at most `maxLength` code units long and not after `text`: its start, without half a character. */
export function lowerBound(text: string, maxLength: number): string {
  const end =
    text.length > maxLength && beginsPair(text.charCodeAt(maxLength - 1)) ? maxLength - 1 : maxLength;
  // What is no text is written to files as U+FFFD.
  return text.slice(0, end).toWellFormed();
}

/**
 * A text that is not before `text`, and of at most `maxLength` code units: longer texts are cut, and the last character that
 * has a next one becomes that, which may take one code unit more.
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
