import { LakeError } from "./errors";

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

/**
 * Checks that rows of one schema can be appended to a table: the same columns in the same order, and the same partitions.
 * A table that takes nulls where the rows have none is fine; the reverse is not.
 * @throws LakeError LAKE_SCHEMA_MISMATCH with all differences.
 */
export function requireSchema(
  table: string,
  wanted: TableSchema,
  found: {
    readonly schemaString: string;
    readonly partitionColumns: readonly string[];
    readonly configuration?: Readonly<Record<string, string>>;
  },
): void {
  const differences = [
    ...columnDifferences(wanted.columns, parseColumns(found.schemaString)),
    ...partitionDifferences(wanted.partitionColumns, found.partitionColumns),
    ...forgetting.filter((property) => property in (found.configuration ?? {})).map(showProperty),
  ];
  if (differences.length === 0) return;
  throw new LakeError(
    "LAKE_SCHEMA_MISMATCH",
    `the table ${table} has another schema: ${differences.join("; ")}; give the lake another path, or take that table away`,
  );
}

/** Properties by which other writers drop transactions from the log: offsets that rows were written up to. */
const forgetting = ["delta.setTransactionRetentionDuration"];

function showProperty(property: string): string {
  return `it sets ${property}, so that it forgets how far its sources were read`;
}

interface FoundColumn {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly nullable?: unknown;
}

function parseColumns(schema: string): FoundColumn[] {
  try {
    const parsed = JSON.parse(schema) as { fields?: unknown };
    return Array.isArray(parsed.fields) ? (parsed.fields as FoundColumn[]) : [];
  } catch {
    return [];
  }
}

function columnDifferences(wanted: readonly Column[], found: readonly FoundColumn[]): string[] {
  const differences: string[] = [];
  for (let at = 0; at < Math.max(wanted.length, found.length); at++) {
    const want = wanted[at];
    const have = found[at];
    const place = `column ${at + 1}`;
    if (want === undefined) differences.push(`${place} is ${showColumn(have)}, and there should be none`);
    else if (have === undefined) differences.push(`${place}, ${showColumn(want)}, is missing`);
    else if (have.name !== want.name || have.type !== want.type) {
      differences.push(`${place} is ${showColumn(have)} instead of ${showColumn(want)}`);
    } else if (want.nullable && have.nullable === false) {
      differences.push(`${place}, ${showColumn(want)}, does not take nulls`);
    }
  }
  return differences;
}

function partitionDifferences(wanted: readonly string[], found: readonly string[]): string[] {
  const show = (names: readonly string[]) => (names.length === 0 ? "nothing" : names.join(", "));
  return show(wanted) === show(found)
    ? []
    : [`it is partitioned by ${show(found)} instead of ${show(wanted)}`];
}

function showColumn(column: FoundColumn | Column | undefined): string {
  const type = typeof column?.type === "string" ? column.type : "a nested type";
  return `"${String(column?.name)}" ${type}`;
}
