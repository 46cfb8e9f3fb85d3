/** The primitive types of Delta that this project uses. `timestamp` is in UTC, with microseconds. */
export type ColumnType = "string" | "binary" | "long" | "integer" | "double" | "timestamp";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

/** The shape of a table: all columns in order, with those that are partitioned by among them. */
export interface TableSchema {
  readonly columns: readonly Column[];
  /** Names of the columns that are kept in the log instead of in the data files, from the outermost directory inwards. */
  readonly partitionColumns: readonly string[];
}

/** The columns that data files hold: all but the partition columns. */
export function dataColumns({ columns, partitionColumns }: TableSchema): Column[] {
  return columns.filter(({ name }) => !partitionColumns.includes(name));
}

/** The columns as `metaData.schemaString` wants them. */
export function schemaString({ columns }: TableSchema): string {
  return JSON.stringify({
    type: "struct",
    fields: columns.map(({ name, type, nullable }) => ({ name, type, nullable, metadata: {} })),
  });
}

/** What of a table's metadata is compared with the rows to be written. */
export interface FoundSchema {
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration?: Readonly<Record<string, string>>;
}

/**
 * What keeps rows of one schema from being appended to a table; empty if nothing does. Columns go by their names: others may have put theirs
 * between them. A table that takes nulls where the rows have none is fine; the reverse is not.
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

/** Properties that ask of every writer what this project does not do. */
function propertyDifferences(property: string, value: string): string[] {
  if (property.startsWith(constraintPrefix))
    return [`it has the constraint "${property.slice(constraintPrefix.length)}": ${value}`];
  // By it other writers drop transactions from the log: offsets that rows were written up to.
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

/** Names of the columns that others have added to a table, but for nested ones: files of the lake have null there in each row. */
export function addedColumns(own: TableSchema, table: Pick<FoundSchema, "schemaString">): string[] {
  return parseColumns(table.schemaString).flatMap(({ name, type }) =>
    typeof name === "string" &&
    typeof type === "string" &&
    !own.columns.some((column) => column.name === name)
      ? [name]
      : [],
  );
}

/** Rows without a column are rows that have null there. */
function addedDifferences(column: FoundColumn, wanted: readonly Column[]): string[] {
  if (column.nullable !== false || wanted.some(({ name }) => name === column.name)) return [];
  return [`column ${showColumn(column)}, which the lake does not know, does not take nulls`];
}

/** What the metadata of a column asks of writers, by the protocol's names of it. */
const rules: Readonly<Record<string, string>> = {
  "delta.invariants": "has the invariant",
  "delta.generationExpression": "is to be computed by",
  "delta.identity.start": "is to be numbered from",
  CURRENT_DEFAULT: "has the default",
};

function ruleDifferences(column: FoundColumn, wanted: readonly Column[]): string[] {
  return Object.entries(rules).flatMap(([rule, verb]) => {
    const value = column.metadata?.[rule];
    // A default is for rows that have nothing there.
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
