import { CsvError, type Info, parse } from "csv-parse/sync";
import { z } from "zod";

/** Recorded values, in their order. */
export interface ReplayTable {
  readonly kind: "table";
  readonly values: Float64Array;
  /** When each was recorded, in milliseconds since the first, ascending; without a column of times there are none. */
  readonly timesMs: Float64Array | undefined;
}

/** Why a text is no table of recorded values: what was found and what to write instead. */
export interface ReplayTableProblem {
  readonly kind: "problem";
  /** The line of the text, from 1, that is wrong. */
  readonly line: number | undefined;
  readonly reason: string;
}

/** Which columns of the file are meant: settings of the model `replay`. */
export interface ReplayColumns {
  /** The column of the values; may be left out if there is only one beside the times. */
  readonly column?: string | undefined;
  /** The column of the times: seconds, or moments such as `2026-11-23T00:00:01Z`. */
  readonly timeColumn?: string | undefined;
}

/**
 * Reads recorded values from a CSV file: RFC 4180 with commas and a header, in UTF-8 with or without a byte order mark. Columns that are
 * not asked for may hold anything; empty lines are left out. Reading stops at the first line that is wrong.
 */
export function parseReplayTable(text: string, columns: ReplayColumns): ReplayTable | ReplayTableProblem {
  try {
    const [header, ...rows] = readRecords(text);
    if (header === undefined) refuse(undefined, "it is empty; write a header line and a line for each value");
    const places = placesOf(header, columns);
    if (rows.length === 0) refuse(undefined, "it has a header and no values; write a line for each");
    const values = Float64Array.from(rows, (row) => valueIn(row, places.value, header.cells.length));
    const timesMs = places.time === undefined ? undefined : timesIn(rows, places.time, header.cells.length);
    return { kind: "table", values, timesMs };
  } catch (error) {
    if (error instanceof Refusal) return { kind: "problem", line: error.line, reason: error.message };
    throw error;
  }
}

/** One record of the file, and the line on which it ends. */
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

/** Where in a row the value and the time stand. */
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
  return { value: only.index, time };
}

function cellIn({ line, cells }: Row, place: number, columns: number): string {
  const cell = cells[place];
  if (cell === undefined)
    refuse(line, `it has ${cells.length} of ${columns} columns; write a value for each, separated by commas`);
  return cell;
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const decimalIn = (text: string) => (decimal.test(text) ? Number(text) : NaN);

function valueIn(row: Row, place: number, columns: number): number {
  const cell = cellIn(row, place, columns);
  const value = decimalIn(cell);
  if (!Number.isFinite(value)) refuse(row.line, `found ${JSON.stringify(cell)}; write a number such as 21.5`);
  return value;
}

/** With its offset from UTC: without, it would be another time on each machine. */
const moment = z.iso.datetime({ offset: true });

function timesIn(rows: readonly Row[], place: number, columns: number): Float64Array {
  const timesMs = Float64Array.from(rows, (row) => {
    const cell = cellIn(row, place, columns);
    const timeMs = moment.safeParse(cell).success ? Date.parse(cell) : decimalIn(cell) * 1000;
    if (!Number.isFinite(timeMs))
      refuse(
        row.line,
        `found ${JSON.stringify(cell)}; write seconds, or a time such as 2026-11-23T00:00:01Z`,
      );
    return timeMs;
  });
  const start = timesMs[0] ?? 0;
  timesMs.forEach((timeMs, index) => {
    if (index === 0 || timeMs > (timesMs[index - 1] ?? 0)) return;
    const found = JSON.stringify(rows[index]?.cells[place]);
    refuse(rows[index]?.line, `found ${found}; write a time after the one of the line before`);
  });
  return timesMs.map((timeMs) => timeMs - start);
}
