import { execFile } from "node:child_process";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { decodePath } from "../../apps/shared/delta/log/actions";
import { observationSchema } from "../../contract/tables";
import { venvPython } from "../../tools/setup/python.mjs";
import { byOffset, doubleDigits, type PlainRow } from "./sample-rows";
import { sampleAppId, type SampleTable } from "./sample-table";

/** The contents of a table according to a reader. */
export interface TableContents {
  /** As `metaData.schemaString` has it, parsed. */
  readonly schema: unknown;
  /** By offset. */
  readonly rows: readonly PlainRow[];
}

/** Reads a table with delta-rs, and the stored offset of the partition of a {@link SampleTable}. */
export async function readWithDeltaRs(table: string): Promise<TableContents & { readonly stored: unknown }> {
  const lines = (await deltaRs(["read", table, sampleAppId])).trimEnd().split("\n");
  const [schema, stored, ...rows] = lines.map((line) => JSON.parse(line) as unknown);
  return { schema, stored, rows: (rows as PlainRow[]).sort(byOffset) };
}

/** Appends with delta-rs. @param codec that it compresses with, by its name of it */
export async function appendWithDeltaRs(
  table: string,
  rows: readonly PlainRow[],
  codec = "SNAPPY",
): Promise<void> {
  await deltaRs(["append", table, codec], JSON.stringify(rows));
}

/** Compacts a table with delta-rs and writes a checkpoint with it. */
export async function tidyWithDeltaRs(table: string): Promise<void> {
  await deltaRs(["tidy", table]);
}

/** Runs a line of Python in which the table is `table`. @returns its output */
export async function changeWithDeltaRs(table: string, python: string): Promise<string> {
  return (await deltaRs(["change", table], python)).trimEnd();
}

/** A Parquet file of another program, and its rows according to pyarrow. */
export interface ForeignFile {
  readonly name: string;
  readonly rows: readonly PlainRow[];
}

/** Writes rows with pyarrow and delta-rs as Parquet files of many kinds. */
export async function writeForeignFiles(
  directory: string,
  rows: readonly PlainRow[],
): Promise<ForeignFile[]> {
  const output = await runPython("parquet_files.py", [directory], JSON.stringify(rows));
  return output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as ForeignFile);
}

/** Writes a checkpoint with pyarrow in many kinds. @returns the names of the files */
export async function rewriteCheckpoint(directory: string, checkpoint: string): Promise<string[]> {
  const output = await runPython("parquet_files.py", [directory, checkpoint]);
  return output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as string);
}

function deltaRs(args: readonly string[], input = ""): Promise<string> {
  return runPython("delta_rs_table.py", args, input);
}

/** Runs one of the scripts of this folder. @returns its output */
export function runPython(script: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      venvPython(),
      [join(__dirname, script), ...args],
      { maxBuffer: 1 << 28 },
      (error, stdout, stderr) =>
        error === null
          ? resolve(stdout)
          : reject(new Error(`${script} could not ${args.join(" ")}:\n${stderr}`)),
    );
    child.stdin?.end(input);
  });
}

/** Reads the live files of a table, by this project's reading of the log, with DuckDB. */
export async function readWithDuckdb(table: SampleTable): Promise<readonly PlainRow[]> {
  const paths = [...(await table.snapshot()).files.keys()].map((path) => join(table.path, decodePath(path)));
  const list = paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(", ");
  const hive = observationSchema.partitionColumns.map((name) => `${name}: INTEGER`).join(", ");
  const columns = observationSchema.columns.map(({ name, type }) => {
    if (type === "long") return `"${name}"::varchar`;
    return type === "timestamp" ? `epoch_us("${name}")::varchar` : `"${name}"`;
  });
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  try {
    const connection = await instance.connect();
    const result = await connection.runAndReadAll(
      `select ${columns.join(", ")} from read_parquet([${list}], hive_partitioning = true, hive_types = {${hive}})`,
    );
    connection.closeSync();
    return result.getRows().map(plainFromDuckdb).sort(byOffset);
  } finally {
    instance.closeSync();
  }
}

function plainFromDuckdb(values: readonly unknown[]): PlainRow {
  return Object.fromEntries(
    observationSchema.columns.map(({ name, type }, index) => {
      const value = values[index] as string | number | null;
      return [name, type === "double" ? doubleDigits(Number(value)) : value];
    }),
  );
}
