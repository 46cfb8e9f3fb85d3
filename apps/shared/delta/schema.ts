/** The primitive types of Delta that this project uses. `timestamp` is in UTC, with microseconds. */
export type ColumnType = "string" | "binary" | "long" | "integer" | "double" | "timestamp";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

/** The schema of a table: all columns in order, including the partition columns. */
export interface TableSchema {
  readonly columns: readonly Column[];
  /** Names of the columns whose values are in the log instead of the data files, from the outermost directory inwards. */
  readonly partitionColumns: readonly string[];
}

/** The columns in data files: all but the partition columns. */
export function dataColumns({ columns, partitionColumns }: TableSchema): Column[] {
  return columns.filter(({ name }) => !partitionColumns.includes(name));
}

/** Formats the columns for `metaData.schemaString`. */
export function schemaString({ columns }: TableSchema): string {
  return JSON.stringify({
    type: "struct",
    fields: columns.map(({ name, type, nullable }) => ({ name, type, nullable, metadata: {} })),
  });
}

/** The part of a table's metadata that is compared with the rows to be written. */
export interface FoundSchema {
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration?: Readonly<Record<string, string>>;
}

/**
 * The reasons why rows of a schema cannot be appended to a table; empty if they can. Columns are compared by name, because other programs
 * may have put theirs between them. A table may accept nulls that the rows do not have, but not the reverse.
 */
export function schemaDifferences(wanted: TableSchema, found: FoundSchema): string[] {
  const columns = parseColumns(found.schemaString);
  const configuration = Object.entries(found.configuration ?? {});
  return [
    ...wanted.columns.flatMap((column) => columnDifferences(column, columns)),
    ...columns.flatMap((column) => addedDifferences(column, wanted.columns)),
    ...partitionDifferences(wanted.partitionColumns, found.partitionColumns),
    ...columns.flatMap((column) => ruleDifferences(column, wanted.columns)),
    ...configuration.flatMap(([property, value]) => propertyDifferences(property, value)),
  ];
}

const constraintPrefix = "delta.constraints.";

/** Properties with requirements for every writer that this project does not meet. */
function propertyDifferences(property: string, value: string): string[] {
  if (property.startsWith(constraintPrefix))
    return [`it has the constraint "${property.slice(constraintPrefix.length)}": ${value}`];
  // With it, other writers remove transactions from the log, and these hold the offsets.
  return property === "delta.setTransactionRetentionDuration"
    ? [`it sets ${property}, so that it forgets how far its sources were read`]
    : [];
}

interface FoundColumn {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly nullable?: unknown;
  readonly metadata?: Readonly<Record<string, unknown>> | null;
}

function parseColumns(schema: string): FoundColumn[] {
  try {
    const parsed = JSON.parse(schema) as { fields?: unknown };
    return Array.isArray(parsed.fields) ? (parsed.fields as FoundColumn[]) : [];
  } catch {
    return [];
  }
}

function columnDifferences(want: Column, found: readonly FoundColumn[]): string[] {
  const have = found.find(({ name }) => name === want.name);
  if (have === undefined) return [`column ${showColumn(want)} is missing`];
  if (have.type !== want.type)
    return [`column "${want.name}" is ${showType(have)} instead of ${showType(want)}`];
  return want.nullable && have.nullable === false ? [`column ${showColumn(want)} does not take nulls`] : [];
}

/** Names of the columns that other programs have added to a table, except for nested ones: they are null in files of this project. */
export function addedColumns(own: TableSchema, table: Pick<FoundSchema, "schemaString">): string[] {
  return parseColumns(table.schemaString).flatMap(({ name, type }) =>
    typeof name === "string" &&
    typeof type === "string" &&
    !own.columns.some((column) => column.name === name)
      ? [name]
      : [],
  );
}

/** A row without a column has null there. */
function addedDifferences(column: FoundColumn, wanted: readonly Column[]): string[] {
  if (column.nullable !== false || wanted.some(({ name }) => name === column.name)) return [];
  return [`column ${showColumn(column)}, which the lake does not know, does not take nulls`];
}

/** Requirements for writers in the metadata of a column, by their names in the protocol. */
const rules: Readonly<Record<string, string>> = {
  "delta.invariants": "has the invariant",
  "delta.generationExpression": "is to be computed by",
  "delta.identity.start": "is to be numbered from",
  CURRENT_DEFAULT: "has the default",
};

function ruleDifferences(column: FoundColumn, wanted: readonly Column[]): string[] {
  return Object.entries(rules).flatMap(([rule, verb]) => {
    const value = column.metadata?.[rule];
    // A default is for rows without a value.
    const isMet = rule === "CURRENT_DEFAULT" && wanted.some(({ name }) => name === column.name);
    return value === undefined || value === null || isMet
      ? []
      : [
          `column "${String(column.name)}" ${verb} ${typeof value === "string" ? value : JSON.stringify(value)}`,
        ];
  });
}

function partitionDifferences(wanted: readonly string[], found: readonly string[]): string[] {
  const show = (names: readonly string[]) => (names.length === 0 ? "nothing" : names.join(", "));
  return show(wanted) === show(found)
    ? []
    : [`it is partitioned by ${show(found)} instead of ${show(wanted)}`];
}

function showColumn(column: FoundColumn | Column): string {
  return `"${String(column.name)}" ${showType(column)}`;
}

function showType({ type }: FoundColumn | Column): string {
  return typeof type === "string" ? type : "of a nested type";
}
