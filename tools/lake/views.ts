import { join } from "node:path";
import { LakeError } from "../../apps/shared/delta/errors";
import { nullPartition } from "./file-cache";

/** A column as the log describes it, with the type that DuckDB has for it. */
export interface SqlColumn {
  readonly name: string;
  readonly sqlType: string;
}

/** A table whose data files are on this machine. */
export interface LocalTable {
  /** The name that queries know it by. */
  readonly name: "bronze" | "dead_letters";
  readonly columns: readonly SqlColumn[];
  /** Those whose values are in the directories' names instead of in the files. */
  readonly partitionColumns: readonly string[];
  readonly paths: readonly string[];
}

/** Delta's primitive types as DuckDB has them. A Delta `timestamp` is a moment, shown in the session's time zone. */
const sqlTypes: Readonly<Record<string, string>> = {
  string: "VARCHAR",
  binary: "BLOB",
  boolean: "BOOLEAN",
  byte: "TINYINT",
  short: "SMALLINT",
  integer: "INTEGER",
  long: "BIGINT",
  float: "FLOAT",
  double: "DOUBLE",
  date: "DATE",
  timestamp: "TIMESTAMPTZ",
};

/** The columns of a table by its `metaData.schemaString`. @throws LakeError LAKE_SCHEMA_MISMATCH. */
export function sqlColumns(schemaString: string): SqlColumn[] {
  const { fields } = JSON.parse(schemaString) as {
    fields: readonly { readonly name: string; readonly type: unknown }[];
  };
  return fields.map(({ name, type }) => {
    const sqlType = typeof type === "string" ? (sqlTypes[type] ?? decimal(type)) : undefined;
    if (sqlType !== undefined) return { name, sqlType };
    throw new LakeError(
      "LAKE_SCHEMA_MISMATCH",
      `column "${name}" has the type ${JSON.stringify(type)}, which this command cannot read; read the table with another program`,
    );
  });
}

function decimal(type: string): string | undefined {
  return /^decimal\(\d+,\d+\)$/.test(type) ? type.toUpperCase() : undefined;
}

/** Where a table's schema file is to lie: it has no rows, and stands for no value of the partition columns. */
export function schemaFile(scratch: string, { name, partitionColumns }: LocalTable): string {
  const directories = partitionColumns.map((column) => `${column}=${nullPartition}`);
  return join(scratch, name, ...directories, "schema.parquet");
}

/**
 * Writes a Parquet file without rows, to the path that its parameter gives. DuckDB takes names and types of a view from the first of its
 * files: so they are the table's, whoever wrote the others, and a table without files has them too.
 */
export function schemaFileStatement({ columns, partitionColumns }: LocalTable): string {
  const nulls = columns
    .filter(({ name }) => !partitionColumns.includes(name))
    .map(({ name, sqlType }) => `NULL::${sqlType} AS ${identifier(name)}`);
  return `COPY (SELECT ${nulls.join(", ")} LIMIT 0) TO ? (FORMAT parquet)`;
}

/** Tells the session which files a table has: patterns, as a list, are the parameter. A view itself can have no parameter. */
export function filesStatement({ name }: LocalTable): string {
  return `SET VARIABLE ${identifier(filesVariable(name))} = ?`;
}

/** DuckDB takes paths for patterns. */
export function pathPattern(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}

/**
 * The view of a table.
 * @param byUnion lets files lack columns, as those do whose writer left out one that may be null; DuckDB then opens every
 *   file beforehand, whatever the query asks for.
 */
export function viewStatement({ name, columns, partitionColumns }: LocalTable, byUnion: boolean): string {
  const hive = columns
    .filter((column) => partitionColumns.includes(column.name))
    .map((column) => `${identifier(column.name)}: ${column.sqlType}`);
  const options = [
    `getvariable('${filesVariable(name)}')`,
    ...(hive.length > 0 ? ["hive_partitioning = true", `hive_types = {${hive.join(", ")}}`] : []),
    ...(hive.length === 0 ? ["hive_partitioning = false"] : []),
    `union_by_name = ${byUnion}`,
  ];
  const names = columns.map((column) => identifier(column.name)).join(", ");
  return `CREATE OR REPLACE VIEW ${identifier(name)} AS SELECT ${names} FROM read_parquet(${options.join(", ")})`;
}

/** @param table `bronze` or `dead_letters`. */
function filesVariable(table: LocalTable["name"]): string {
  return `${table}_files`;
}

/** A name as SQL has it. Names cannot be parameters. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
