import { parseArgs } from "node:util";
import { messageOf, SetupError } from "../setup/errors.mjs";
import type { OutputFormat } from "./print-result";

/** What `npm run lake` is asked for. */
export interface LakeOptions {
  /** A query, or undefined for what there is to know at a glance. */
  readonly sql: string | undefined;
  readonly format: OutputFormat;
  /** How many of the newest rows to show. */
  readonly rows: number;
  /** Undefined for the stack of the working copy. */
  readonly stack: string | undefined;
}

const usage =
  'Usage: npm run lake -- [--stack NAME] [--rows N]\n       npm run lake -- [--stack NAME] [--json | --csv] "select … from bronze"';

/** @throws SetupError with the usage. */
export function parseOptions(args: readonly string[]): LakeOptions {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rows: { type: "string" },
        stack: { type: "string" },
        json: { type: "boolean", default: false },
        csv: { type: "boolean", default: false },
      },
    });
    const [sql, another] = positionals;
    const { rows = "10", stack, json, csv } = values;
    if (another !== undefined) throw new Error("give one query, in quotation marks");
    if (sql?.trim() === "") throw new Error("the query is empty");
    if (!/^\d{1,6}$/.test(rows)) throw new Error(`--rows ${rows}: give a number from 0 to 999999`);
    if (json && csv) throw new Error("--json and --csv: give one of them");
    if (sql === undefined && (json || csv)) throw new Error(`--${json ? "json" : "csv"} goes with a query`);
    if (sql !== undefined && values.rows !== undefined)
      throw new Error("--rows goes without a query; give it a limit");
    return { sql, format: json ? "json" : csv ? "csv" : "table", rows: Number(rows), stack };
  } catch (error) {
    throw new SetupError(`${messageOf(error)}\n${usage}`);
  }
}
