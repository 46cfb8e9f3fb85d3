import {
  DuckDBArrayValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import { escapeControls } from "../../../apps/shared/text";
import type { QueryResult, ResultColumn, Wanted } from "../sql/session";
import { AlignedColumns } from "./columns";

export type OutputFormat = "table" | "json" | "csv";

/** Prints text; resolves when more can be printed, or with `closed` when the reader has gone. */
export type Print = (text: string) => Promise<Wanted>;

/** The widths of columns follow from this many rows. */
const sampleRows = 2000;

/** Prints a result as it arrives: as an aligned table, or as one JSON object or one line of comma-separated values for each row. */
export async function printResult(result: QueryResult, format: OutputFormat, print: Print): Promise<Wanted> {
  const texts = { table: tableTexts, json: jsonTexts, csv: csvTexts }[format](result);
  for await (const text of texts) if ((await print(text)) === "closed") return "closed";
  return "printed";
}

/** Prints results one after the other, with an empty line between them if they have headings. */
export function resultPrinter(format: OutputFormat, print: Print): (result: QueryResult) => Promise<Wanted> {
  let isFirst = true;
  return async (result) => {
    if (!isFirst && format !== "json" && (await print("\n")) === "closed") return "closed";
    isFirst = false;
    return printResult(result, format, print);
  };
}

async function* tableTexts({ columns, batches }: QueryResult): AsyncGenerator<string> {
  const names = columns.map(({ name }) => escapeControls(name));
  const sample: string[][] = [];
  let aligned: AlignedColumns | undefined;
  for await (const batch of batches) {
    const rows = batch.map((row) => row.map((value) => escapeControls(valueText(value, "people"))));
    if (aligned !== undefined) {
      yield aligned.lines(rows);
      continue;
    }
    sample.push(...rows);
    if (sample.length < sampleRows) continue;
    aligned = new AlignedColumns(names, columns.map(isNumber), sample);
    yield aligned.lines([names, ...sample]);
  }
  if (aligned === undefined)
    yield new AlignedColumns(names, columns.map(isNumber), sample).lines([names, ...sample]);
}

async function* jsonTexts({ columns, batches }: QueryResult): AsyncGenerator<string> {
  for await (const batch of batches) {
    yield lines(batch.map((row) => jsonObject(columns.map(({ name }, at) => [name, row[at] ?? null]))));
  }
}

async function* csvTexts({ columns, batches }: QueryResult): AsyncGenerator<string> {
  yield lines([columns.map(({ name }) => csvCell(name)).join(",")]);
  // Null is an empty cell; an empty text has quotation marks.
  const cell = (value: DuckDBValue) => (value === "" ? '""' : csvCell(valueText(value, "csv")));
  for await (const batch of batches) yield lines(batch.map((row) => row.map(cell).join(",")));
}

/** By RFC 4180. */
function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function isNumber({ type }: ResultColumn): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*|BIGNUM)$/.test(type);
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}

/** How times are written: `people` see UTC without a mark, `csv` marks it with a Z. */
export type TextStyle = "people" | "csv";

/** A value as text; null is the empty text. */
export function valueText(value: DuckDBValue, style: TextStyle): string {
  if (value === null) return "";
  const time = timeText(value);
  if (time === undefined) return String(value);
  return style === "csv" ? time : time.replace("T", " ").replace("Z", "");
}

/** A value as JSON. Integers keep all their digits; values without a form in JSON are strings. */
function jsonText(value: DuckDBValue): string {
  if (value === null) return "null";
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "number")
    return Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
  if (value instanceof DuckDBDecimalValue) return value.toString();
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return `[${value.items.map(jsonText).join(",")}]`;
  }
  if (value instanceof DuckDBStructValue) return jsonObject(Object.entries(value.entries));
  if (value instanceof DuckDBMapValue) {
    return jsonObject(value.entries.map(({ key, value: held }) => [valueText(key, "csv"), held]));
  }
  return JSON.stringify(timeText(value) ?? String(value));
}

/** A JSON object with its keys in the given order. */
function jsonObject(entries: readonly (readonly [string, DuckDBValue])[]): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${jsonText(value)}`).join(",")}}`;
}

const latestMs = 8_640_000_000_000_000n;

/** A time by ISO 8601, in UTC if it is a moment; undefined for all other values, and for times out of the range of Date. */
function timeText(value: DuckDBValue): string | undefined {
  const isMoment = value instanceof DuckDBTimestampTZValue;
  if (!isMoment && !(value instanceof DuckDBTimestampValue)) return undefined;
  const { micros } = value;
  const beyond = ((micros % 1000n) + 1000n) % 1000n;
  const milliseconds = (micros - beyond) / 1000n;
  if (milliseconds > latestMs || milliseconds < -latestMs) return undefined;
  const text = new Date(Number(milliseconds)).toISOString().slice(0, -1);
  const digits = beyond === 0n ? "" : String(beyond).padStart(3, "0");
  return `${text}${digits}${isMoment ? "Z" : ""}`;
}
