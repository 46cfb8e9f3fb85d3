import type { DuckDBValue } from "@duckdb/node-api";
import { escapeControls } from "../../apps/shared/text";
import { AlignedColumns } from "./columns";
import type { QueryResult, ResultColumn, Wanted } from "./session";
import { jsonObject, valueText } from "./values";

export type OutputFormat = "table" | "json" | "csv";

/** Takes text; resolves once more may come, or with `closed` when nobody reads any more. */
export type Print = (text: string) => Promise<Wanted>;

/** As many rows decide how wide a table's columns are. */
const sampleRows = 2000;

/** Prints a result as it comes: aligned for people, or one JSON object or one line of comma-separated values a row. */
export async function printResult(result: QueryResult, format: OutputFormat, print: Print): Promise<Wanted> {
  const texts = { table: tableTexts, json: jsonTexts, csv: csvTexts }[format](result);
  for await (const text of texts) if ((await print(text)) === "closed") return "closed";
  return "printed";
}

/** Prints results one after the other, with an empty line between them where they have headings. */
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
  // Null is nothing at all; an empty text has its quotation marks.
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
