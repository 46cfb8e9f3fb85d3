import { CsvError, type Info, parse } from "csv-parse/sync";
import { utf8Text } from "../values/utf8";
import { parseMomentMs } from "../values/moment";

/** Recorded values in their order. */
export interface ReplayTable {
  readonly kind: "table";
  readonly values: Float64Array;
  /** The times of the values, in milliseconds since the first value, ascending; undefined without a column of times. */
  readonly timesMs: Float64Array | undefined;
}

/** Why a file is not a table of recorded values: what was found, and what to write instead. */
export interface ReplayTableProblem {
  readonly kind: "problem";
  /** The number of the wrong line, from 1. */
  readonly line: number | undefined;
  readonly reason: string;
}

/** The columns of the file to read: settings of the model `replay`. */
export interface ReplayColumns {
  /** The column of the values; optional if there is only one column beside the times. */
  readonly column?: string | undefined;
  /** The column of the times: seconds, or moments such as `2026-11-23T00:00:01Z`. */
  readonly timeColumn?: string | undefined;
}

/**
 * Reads recorded values from a CSV file: RFC 4180 with commas and a header, in UTF-8 with or without a byte order mark. Other columns may
 * hold anything, and empty lines are skipped. Reading stops at the first wrong line. What could be read in two ways is refused, not guessed.
 */
export function parseReplayTable(bytes: Buffer, columns: ReplayColumns): ReplayTable | ReplayTableProblem {
  try {
    const [header, ...rows] = readRecords(textOf(bytes));
    if (header === undefined) refuse(undefined, "it is empty; write a header line and a line for each value");
    refuseOtherSeparators(header, rows);
    const places = placesOf(header, columns);
    if (rows.length === 0) refuse(undefined, "it has a header and no values; write a line for each");
    for (const row of rows) refuseSurplus(row, header.cells.length);
    const values = Float64Array.from(rows, (row) => valueIn(row, places.value, header.cells.length));
    const timesMs = places.time === undefined ? undefined : timesIn(rows, places.time, header.cells.length);
    return { kind: "table", values, timesMs };
  } catch (error) {
    if (error instanceof Refusal) return { kind: "problem", line: error.line, reason: error.message };
    throw error;
  }
}

/** One record of the file, with the line on which it ends. */
interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

class Refusal extends Error {
  constructor(
    readonly line: number | undefined,
    reason: string,
  ) {
    super(reason);
  }
}

function refuse(line: number | undefined, reason: string): never {
  throw new Refusal(line, reason);
}

const asUtf8 = 'save it as UTF-8 (in Excel "CSV UTF-8")';

/** Decodes the file. With another encoding, names would become other names. */
function textOf(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString("latin1");
  if (mark === "\xff\xfe" || mark === "\xfe\xff") refuse(undefined, `it is UTF-16; ${asUtf8}`);
  const nul = bytes.indexOf(0);
  if (nul >= 0) refuse(lineAt(bytes, nul), `found a NUL byte, as UTF-16 has; ${asUtf8}`);
  const text = utf8Text(bytes);
  if (text === undefined) refuse(lineOfBrokenByte(bytes), `found bytes that are not UTF-8; ${asUtf8}`);
  return text;
}

/** Lines end with CRLF, LF, or CR alone. */
const lineEnd = /\r\n|\n|\r/g;

/** The number of the line, from 1, that holds a byte. */
function lineAt(bytes: Buffer, place: number): number {
  return [...bytes.toString("latin1", 0, place).matchAll(lineEnd)].length + 1;
}

function lineOfBrokenByte(bytes: Buffer): number {
  // A line end is never a part of another character, even in broken UTF-8.
  const lines = bytes.toString("latin1").split(lineEnd);
  return lines.findIndex((line) => utf8Text(Buffer.from(line, "latin1")) === undefined) + 1;
}

function readRecords(text: string): Row[] {
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true };
    const records = parse(text, options) as unknown as { record: string[]; info: Info }[];
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as CsvError & { readonly lines?: number };
    return refuse(lines, `it is not CSV: ${error.message}`);
  }
}

/** The separators that other programs use where the comma is the decimal sign. */
const otherSeparators = { semicolons: ";", tabs: "\t" };

/** With another separator, each line would be one cell, or its decimal commas would separate cells. */
function refuseOtherSeparators(header: Row, [first]: readonly Row[]): void {
  const { cells } = header;
  for (const [name, separator] of Object.entries(otherSeparators)) {
    const has = (row: Row | undefined) => row?.cells.some((cell) => cell.includes(separator));
    if (cells.length > 1 || !has(header) || (first !== undefined && !has(first))) continue;
    const found = JSON.stringify(cells[0]);
    refuse(
      header.line,
      `found ${found}; separate columns by commas, not by ${name}, and write numbers with a point`,
    );
  }
}

/** A decimal comma without quotes turns a number into two cells. */
function refuseSurplus({ line, cells }: Row, columns: number): void {
  if (cells.length <= columns) return;
  const counted = `${cells.length} cells, and the header ${columns}`;
  refuse(
    line,
    `found ${JSON.stringify(cells.join(","))}, which has ${counted}; write numbers with a point, such as 1.5, and quote texts with commas`,
  );
}

/** The indexes of the value and the time in a row. */
function placesOf({ line, cells: header }: Row, { column, timeColumn }: ReplayColumns) {
  const place = (name: string) => {
    const there = `the columns are ${header.map((each) => JSON.stringify(each)).join(", ")}`;
    if (!header.includes(name)) refuse(line, `it has no column "${name}"; ${there}`);
    if (header.indexOf(name) !== header.lastIndexOf(name))
      refuse(line, `it has the column "${name}" more than once; ${there}`);
    return header.indexOf(name);
  };
  const time = timeColumn === undefined ? undefined : place(timeColumn);
  if (column !== undefined) return { value: place(column), time };
  const others = header.flatMap((name, index) => (index === time ? [] : [{ name, index }]));
  const [only] = others;
  if (only === undefined) refuse(line, `it has no column beside the times "${timeColumn}"; add the values`);
  if (others.length > 1) {
    const names = others.map(({ name }) => JSON.stringify(name)).join(", ");
    refuse(line, `it has several columns; set column to one of ${names}`);
  }
  if (decimal.test(only.name))
    refuse(
      line,
      `found ${JSON.stringify(only.name)} where the header should be; write the column's name into the first line`,
    );
  return { value: only.index, time };
}

function cellIn({ line, cells }: Row, place: number, columns: number): string {
  const cell = cells[place];
  if (cell === undefined)
    refuse(line, `it has ${cells.length} of ${columns} columns; write a value for each, separated by commas`);
  return cell;
}

const decimal = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+))?$/;

/**
 * Reads a decimal number.
 * @param shift how many places the point moves to the right; multiplied by 1000, 1.005 would become 1004.9999999999999
 * @returns NaN if the text is not a number, or if a number other than 0 would become 0
 */
function decimalIn(text: string, shift = 0): number {
  const [, digits = "", exponent = "0"] = decimal.exec(text) ?? [];
  const value = digits === "" ? Number.NaN : Number(`${digits}e${Number(exponent) + shift}`);
  return value === 0 && /[1-9]/.test(digits) ? Number.NaN : value;
}

function valueIn(row: Row, place: number, columns: number): number {
  const cell = cellIn(row, place, columns);
  const value = decimalIn(cell);
  if (!Number.isFinite(value)) refuse(row.line, `found ${JSON.stringify(cell)}; write a number such as 21.5`);
  return value;
}

const timeRemedy = "write seconds, or a time such as 2026-11-23T00:00:01Z";

/** As seconds this is in the year 5138, as milliseconds since 1970 in the year 1973. */
const firstMilliseconds = 1e11;

function timesIn(rows: readonly Row[], place: number, columns: number): Float64Array {
  const areMoments = parseMomentMs(rows[0]?.cells[place] ?? "") !== undefined;
  const timesMs = Float64Array.from(rows, (row) => {
    const cell = cellIn(row, place, columns);
    const found = `found ${JSON.stringify(cell)}`;
    const momentMs = parseMomentMs(cell);
    const isMoment = momentMs !== undefined;
    const timeMs = momentMs ?? decimalIn(cell, 3);
    if (!Number.isFinite(timeMs)) refuse(row.line, `${found}; ${timeRemedy}`);
    if (isMoment !== areMoments)
      refuse(row.line, `${found}; write all times in one form, as line ${rows[0]?.line ?? 2} has it`);
    if (!isMoment && Math.abs(timeMs) >= firstMilliseconds * 1000)
      refuse(
        row.line,
        `${found}; write seconds: these look like milliseconds since 1970, so divide them by 1000`,
      );
    return timeMs;
  });
  const start = timesMs[0] ?? 0;
  timesMs.forEach((timeMs, index) => {
    if (index === 0 || timeMs > (timesMs[index - 1] ?? 0)) return;
    const found = JSON.stringify(rows[index]?.cells[place]);
    refuse(rows[index]?.line, `found ${found}; write a time after that of the previous line`);
  });
  return timesMs.map((timeMs) => timeMs - start);
}
