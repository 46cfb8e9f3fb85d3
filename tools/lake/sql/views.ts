import { join } from "node:path";
import { DeltaError } from "../../../apps/shared/delta/errors";
import type { TableSchema } from "../../../apps/shared/delta/schema";
import { nullPartition } from "../table/file-cache";

/** A column in the log, with its DuckDB type. */
export interface SqlColumn {
  readonly name: string;
  readonly sqlType: string;
}

/** The name of a table in queries. */
export type TableName = "bronze" | "dead_letters";

/** The name of a view: a table, or a probe that shows which of its files can be read. */
export type ViewName = TableName | `${TableName}_probe`;

/** The name of the view that probes a table's files. */
export function probeOf({ name }: Pick<LocalTable, "name">): ViewName {
  return `${name}_probe`;
}

/** A data file whose rows are not read. */
export interface UnreadFile {
  /** Its name in queries. */
  readonly table: string;
  /** The file's unique name, without directories. */
  readonly name: string;
  /** Why it cannot be read. */
  readonly reason: string;
}

/** The message about it. */
export function describeUnread({ table, name, reason }: UnreadFile): string {
  return `${name} of ${table} cannot be read: ${reason}`;
}

/** A table with data files on this machine. */
export interface LocalTable {
  readonly name: TableName;
  readonly columns: readonly SqlColumn[];
  /** The columns whose values are in the names of directories instead of in the files. */
  readonly partitionColumns: readonly string[];
  readonly paths: readonly string[];
  /** Files that could not be copied, and are not in `paths`. */
  readonly unread?: readonly UnreadFile[];
  /** The columns of the lake, with which its own reader reads files that DuckDB cannot read. */
  readonly schema?: TableSchema;
}

/** DuckDB's types for Delta's primitive types. A Delta `timestamp` is a moment, shown in the session's time zone. */
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
  timestamp_ntz: "TIMESTAMP",
};

/** The columns of a table, from its `metaData.schemaString`. @throws DeltaError SCHEMA_MISMATCH. */
export function sqlColumns(schemaString: string): SqlColumn[] {
  const { fields } = JSON.parse(schemaString) as {
    fields: readonly { readonly name: string; readonly type: unknown }[];
  };
  return fields.map(({ name, type }) => {
    const sqlType = sqlTypeOf(type);
    if (sqlType !== undefined) return { name, sqlType };
    throw new DeltaError(
      "SCHEMA_MISMATCH",
      `column "${name}" has the type ${JSON.stringify(type)}, which this command cannot read; read the table with another program`,
    );
  });
}

/** DuckDB's type for a type of Delta; undefined if there is none. */
function sqlTypeOf(type: unknown): string | undefined {
  if (typeof type === "string") return sqlTypes[type] ?? decimal(type);
  const nested = type as {
    readonly type?: unknown;
    readonly elementType?: unknown;
    readonly keyType?: unknown;
    readonly valueType?: unknown;
    readonly fields?: readonly { readonly name: string; readonly type: unknown }[];
  } | null;
  switch (nested?.type) {
    case "array": {
      const element = sqlTypeOf(nested.elementType);
      return element && `${element}[]`;
    }
    case "map": {
      const [key, value] = [sqlTypeOf(nested.keyType), sqlTypeOf(nested.valueType)];
      return key && value && `MAP(${key}, ${value})`;
    }
    case "struct": {
      const fields = (nested.fields ?? []).map(({ name, type: inner }) => ({
        name,
        sqlType: sqlTypeOf(inner),
      }));
      if (fields.length === 0 || fields.some(({ sqlType }) => sqlType === undefined)) return undefined;
      return `STRUCT(${fields.map(({ name, sqlType }) => `${identifier(name)} ${sqlType}`).join(", ")})`;
    }
    default:
      return undefined;
  }
}

function decimal(type: string): string | undefined {
  return /^decimal\(\d+,\d+\)$/.test(type) ? type.toUpperCase() : undefined;
}

/** The path of a table's schema file, which has no rows, and null for each partition column. */
export function schemaFile(scratch: string, { name, partitionColumns }: LocalTable): string {
  const directories = partitionColumns.map((column) => `${column}=${nullPartition}`);
  return join(scratch, name, ...directories, "schema.parquet");
}

/**
 * A statement that writes a Parquet file without rows to the path in its parameter. DuckDB takes names and types of a view from its first
 * file, so that they are the table's, whoever wrote the other files, and a table without files has them, too.
 */
export function schemaFileStatement({ columns, partitionColumns }: LocalTable): string {
  const nulls = columns
    .filter(({ name }) => !partitionColumns.includes(name))
    .map(({ name, sqlType }) => `NULL::${sqlType} AS ${identifier(name)}`);
  return `COPY (SELECT ${nulls.join(", ")} LIMIT 0) TO ? (FORMAT parquet)`;
}

/** A statement that sets the files of a view: its parameter is a list of patterns. A view itself cannot have parameters. */
export function filesStatement(view: ViewName): string {
  return `SET VARIABLE ${identifier(filesVariable(view))} = ?`;
}

/** Escapes a path, because DuckDB interprets paths as patterns. */
export function pathPattern(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}

/**
 * The view of a table.
 * @param byUnion allows files to lack nullable columns, as some writers leave them out; DuckDB then opens every file beforehand, whatever
 *   the query needs.
 */
export function viewStatement(
  { columns, partitionColumns }: Pick<LocalTable, "columns" | "partitionColumns">,
  view: ViewName,
  byUnion: boolean,
): string {
  const hive = columns
    .filter((column) => partitionColumns.includes(column.name))
    .map((column) => `${identifier(column.name)}: ${column.sqlType}`);
  const options = [
    `getvariable('${filesVariable(view)}')`,
    ...(hive.length > 0 ? ["hive_partitioning = true", `hive_types = {${hive.join(", ")}}`] : []),
    ...(hive.length === 0 ? ["hive_partitioning = false"] : []),
    `union_by_name = ${byUnion}`,
    // Some writers do not mark texts among byte arrays.
    ...(columns.some(({ sqlType }) => sqlType.includes("BLOB")) ? [] : ["binary_as_string = true"]),
  ];
  // Otherwise, a column with several types in the files would have the widest of them.
  const names = columns
    .map(({ name, sqlType }) => [identifier(name), sqlType])
    .map(([column, sqlType]) => (byUnion ? `${column}::${sqlType} AS ${column}` : column))
    .join(", ");
  return `CREATE OR REPLACE VIEW ${identifier(view)} AS SELECT ${names} FROM read_parquet(${options.join(", ")})`;
}

function filesVariable(view: ViewName): string {
  return `${view}_files`;
}

/** Quotes a name for SQL, because names cannot be parameters. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
