import { join } from "node:path";
import { DeltaError } from "../../../apps/shared/delta/errors";
import type { TableSchema } from "../../../apps/shared/delta/schema";
import { nullPartition } from "../table/file-cache";

/** A column as the log describes it, with the type that DuckDB has for it. */
export interface SqlColumn {
  readonly name: string;
  readonly sqlType: string;
}

/** The name that queries know a table by. */
export type TableName = "bronze" | "dead_letters";

/** What a view is called: its table, or a probe of which of its files can be read. */
export type ViewName = TableName | `${TableName}_probe`;

/** The name of the view by which a table's files are tried. */
export function probeOf({ name }: Pick<LocalTable, "name">): ViewName {
  return `${name}_probe`;
}

/** A data file whose rows are not looked at. */
export interface UnreadFile {
  /** As queries know it. */
  readonly table: string;
  /** The file's name without its directories, which no other has. */
  readonly name: string;
  /** Why not, in words. */
  readonly reason: string;
}

/** What a person is told of it. */
export function describeUnread({ table, name, reason }: UnreadFile): string {
  return `${name} of ${table} cannot be read: ${reason}`;
}

/** A table whose data files are on this machine. */
export interface LocalTable {
  readonly name: TableName;
  readonly columns: readonly SqlColumn[];
  /** Those whose values are in the directories' names instead of in the files. */
  readonly partitionColumns: readonly string[];
  readonly paths: readonly string[];
  /** Files that are not among them because they could not be copied. */
  readonly unread?: readonly UnreadFile[];
  /** Columns of its own that the lake's table has, by which a file is read that DuckDB cannot read. */
  readonly schema?: TableSchema;
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
  timestamp_ntz: "TIMESTAMP",
};

/** The columns of a table by its `metaData.schemaString`. @throws DeltaError SCHEMA_MISMATCH. */
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

/** The type that DuckDB has for one of Delta's; undefined if there is none. */
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

/** Tells the session which files a view has: patterns, as a list, are the parameter. A view itself can have no parameter. */
export function filesStatement(view: ViewName): string {
  return `SET VARIABLE ${identifier(filesVariable(view))} = ?`;
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
    // Some writers do not say which of their bytes are texts.
    ...(columns.some(({ sqlType }) => sqlType.includes("BLOB")) ? [] : ["binary_as_string = true"]),
  ];
  // A column that is of several types in the files would otherwise be of the widest of them.
  const names = columns
    .map(({ name, sqlType }) => [identifier(name), sqlType])
    .map(([column, sqlType]) => (byUnion ? `${column}::${sqlType} AS ${column}` : column))
    .join(", ");
  return `CREATE OR REPLACE VIEW ${identifier(view)} AS SELECT ${names} FROM read_parquet(${options.join(", ")})`;
}

function filesVariable(view: ViewName): string {
  return `${view}_files`;
}

/** A name as SQL has it. Names cannot be parameters. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
