import { commands } from "../commands.mjs";
import { parseCommand, wrongUsage } from "../setup/command.mjs";
import type { OutputFormat } from "./output/print-result";

/** The options of `npm run lake`. */
export interface LakeOptions {
  /** A query; undefined for an overview. */
  readonly sql: string | undefined;
  readonly format: OutputFormat;
  /** How many of the latest rows to show. */
  readonly rows: number;
  /** Undefined for the stack of this working copy. */
  readonly stack: string | undefined;
}

/** @throws UsageError */
export function parseOptions(args: readonly string[]): LakeOptions {
  const { values, positionals } = parseCommand(commands.lake, args);
  const [sql] = positionals;
  const { rows = "10", stack, json, csv } = values;
  const refuse = (problem: string) => wrongUsage(commands.lake, problem);
  if (sql?.trim() === "") throw refuse("the query is empty");
  if (!/^\d{1,6}$/.test(rows)) throw refuse(`--rows ${rows}: give a number from 0 to 999999`);
  if (json && csv) throw refuse("--json and --csv: give one of them");
  if (sql === undefined && (json || csv)) throw refuse(`--${json ? "json" : "csv"} goes with a query`);
  if (sql !== undefined && values.rows !== undefined)
    throw refuse("--rows goes without a query; give it a limit");
  return { sql, format: json ? "json" : csv ? "csv" : "table", rows: Number(rows), stack };
}
