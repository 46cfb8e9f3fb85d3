import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { parquetQuery, type ParquetQueryFilter } from "hyparquet";
import { exactBuffer } from "../../apps/shared/delta/parquet";
import { venvPython } from "../../tools/setup/python.mjs";
import {
  duckDb,
  type Finds,
  type Found,
  plainPredicate,
  type Predicate,
  sparkSql,
  sqlOf,
} from "./predicates";
import type { Spark } from "./spark";
import { runPython } from "./table-readers";

/** The rows that Python's readers find, by reader: delta-rs in each of its ways, and polars. */
export async function findWithPython(
  table: string,
  idColumn: string,
  predicates: readonly Predicate[],
): Promise<Readonly<Record<string, Finds>>> {
  const input = JSON.stringify(predicates.map(plainPredicate));
  const output = await runPython("find_rows.py", [table, idColumn], input);
  const [names, ...answers] = output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  const finds = (answers as ([number[], number[]] | null)[]).map((answer) =>
    answer === null ? undefined : found(answer[0], answer[1]),
  );
  return Object.fromEntries(
    (names as string[]).map((name, index) => {
      const from = index * predicates.length;
      return [name, finds.slice(from, from + predicates.length)];
    }),
  );
}

/** The rows that DuckDB finds: with `delta_scan`, which reads the log with Delta's own kernel, and in the Parquet files alone. */
export async function findWithDuckdb(
  table: string,
  files: readonly string[],
  idColumn: string,
  predicates: readonly Predicate[],
): Promise<Readonly<Record<string, Finds>>> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  try {
    const connection = await instance.connect();
    await connection.run(`load '${deltaExtension()}'`);
    const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
    const list = files.map((file) => `'${file}'`).join(", ");
    const sources = {
      "DuckDB's delta_scan": `delta_scan('${table}')`,
      "DuckDB's read_parquet": `read_parquet([${list}])`,
    };
    const finds: Record<string, Finds> = {};
    for (const [name, source] of Object.entries(sources)) {
      finds[name] = await findWithSql(
        ask,
        source,
        idColumn,
        predicates.map((one) => sqlOf(one, duckDb)),
      );
    }
    connection.closeSync();
    return finds;
  } finally {
    instance.closeSync();
  }
}

/** The rows that Spark finds, with one query for all predicates: each query takes half a second. */
export async function findWithSpark(
  spark: Spark,
  table: string,
  idColumn: string,
  predicates: readonly Predicate[],
): Promise<Finds> {
  const source = `delta.\`${table}\``;
  const conditions = predicates.map((one) => sqlOf(one, sparkSql));
  const parts = conditions.map(
    (condition, index) => `SELECT ${index} AS q, ${idColumn} FROM ${source} WHERE ${condition}`,
  );
  const filtered = (await spark.sql(parts.join(" UNION ALL "))).map((row) => [row["q"], row[idColumn]]);
  const held = conditions.map((condition, index) => `(${condition}) AS q${index}`);
  const rows = await spark.sql(`SELECT ${idColumn}, ${held.join(", ")} FROM ${source}`);
  return conditions.map((_, index) =>
    found(
      filtered.filter(([query]) => query === index).map(([, id]) => Number(id)),
      rows.filter((row) => row[`q${index}`] === true).map((row) => Number(row[idColumn])),
    ),
  );
}

/** The rows that hyparquet finds in data files by equality; it cannot compare bytes. */
export async function findWithHyparquet(
  files: readonly string[],
  idColumn: string,
  predicates: readonly Predicate[],
): Promise<Finds> {
  const contents = files.map((file) => exactBuffer(readFileSync(file)));
  const query = async (filter?: ParquetQueryFilter) => {
    const rows = [];
    for (const file of contents) rows.push(...(await parquetQuery({ file, ...(filter && { filter }) })));
    return rows;
  };
  const all = await query();
  const finds: (Found | undefined)[] = [];
  for (const { column, op, value } of predicates) {
    if (op !== "=" || value instanceof Uint8Array) {
      finds.push(undefined);
      continue;
    }
    const wanted = column === "time" ? new Date(Number(BigInt(value ?? 0) / 1000n)) : value;
    const ids = (rows: readonly Record<string, unknown>[]) => rows.map((row) => Number(row[idColumn]));
    const holds = all.filter((row) => same(row[column], wanted));
    finds.push(found(ids(await query({ [column]: { $eq: wanted } })), ids(holds)));
  }
  return finds;
}

const same = (one: unknown, other: unknown) =>
  one instanceof Date && other instanceof Date ? one.getTime() === other.getTime() : one === other;

async function findWithSql(
  ask: (sql: string) => Promise<readonly (readonly unknown[])[]>,
  source: string,
  idColumn: string,
  conditions: readonly string[],
): Promise<Finds> {
  const held = conditions.map((condition) => `(${condition})`);
  const rows = await ask(`select ${idColumn}, ${held.join(", ")} from ${source}`);
  const finds: Found[] = [];
  for (const [index, condition] of conditions.entries()) {
    const filtered = await ask(`select ${idColumn} from ${source} where ${condition}`);
    finds.push(
      found(
        filtered.map(([id]) => Number(id)),
        rows.filter((row) => row[index + 1] === true).map(([id]) => Number(id)),
      ),
    );
  }
  return finds;
}

function found(filtered: readonly number[], holds: readonly number[]): Found {
  const inOrder = (one: number, other: number) => one - other;
  return { filtered: filtered.toSorted(inOrder), holds: holds.toSorted(inOrder) };
}

/** DuckDB's own signed extension, from PyPI. */
function deltaExtension(): string {
  const folder = join(dirname(venvPython()), "..", "lib");
  const [python = ""] = readdirSync(folder);
  const versions = join(folder, python, "site-packages", "duckdb_extension_delta", "extensions");
  const [version = ""] = readdirSync(versions);
  return join(versions, version, "delta.duckdb_extension");
}
