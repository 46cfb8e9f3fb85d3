import {
  type DecodedArray,
  type FileMetaData,
  parquetMetadata,
  parquetRead,
  parquetSchema,
  type SchemaElement,
} from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { encodeColumn } from "./column-chunk";
import { columnSource, type ColumnSource, describeElement, parsers } from "./column-source";
import { exactBuffer } from "./exact-buffer";
import { compressors } from "./parquet-codecs";
import type { Column, ColumnType } from "./schema";

/**
 * Values of one column as a data file holds them: `long` and `timestamp` (microseconds since 1970) as 64-bit integers,
 * `integer` and `double` as their arrays, text and bytes as lists, in which null stands for a missing value.
 */
export type ColumnValues =
  BigInt64Array | Int32Array | Float64Array | readonly (string | null)[] | readonly (Uint8Array | null)[];

/** Rows by column; every column has `rows` values. */
export interface RowBatch {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ColumnValues>>;
}

const parquetTypes: Readonly<Record<ColumnType, Pick<SchemaElement, "type" | "converted_type">>> = {
  string: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  binary: { type: "BYTE_ARRAY" },
  long: { type: "INT64" },
  integer: { type: "INT32" },
  double: { type: "DOUBLE" },
  timestamp: { type: "INT64", converted_type: "TIMESTAMP_MICROS" },
};

/**
 * Encodes one Parquet file of one row group, compressed with Snappy. Long numbers and times are written as differences,
 * because offsets, counters and times grow evenly.
 *
 * There are no statistics in the file: those of the log have all that readers of a Delta table ask for.
 */
export function encodeDataFile(columns: readonly Column[], { rows, columns: values }: RowBatch): Uint8Array {
  if (rows === 0) throw new Error("a Parquet file of no rows is never needed");
  const schema = schemaElements(columns);
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema, statistics: false, createdBy: "kafka-iot-sim" });
  const chunks = columns.map((column) => {
    const { name, nullable } = column;
    const data = values[name];
    if (data?.length !== rows) throw new Error(`${name} has ${data?.length ?? 0} of ${rows} values`);
    if (!nullable && Array.isArray(data) && data.includes(null)) throw new Error(`${name} must not be null`);
    return encodeColumn(writer, schema, column, data);
  });
  const sizes = chunks.map(({ meta_data }) => meta_data?.total_uncompressed_size ?? 0n);
  const total_byte_size = sizes.reduce((sum, size) => sum + size, 0n);
  file.row_groups.push({ columns: chunks, total_byte_size, num_rows: BigInt(rows) });
  file.num_rows = BigInt(rows);
  // Nothing of it waits: the file is in memory.
  void file.finish();
  return writer.getBytes();
}

/**
 * Reads the columns of a whole data file, whoever wrote it, to the last microsecond. One that may be null and that the file does not have
 * is null in all rows.
 * @throws Error that says in words what cannot be read.
 */
export async function decodeDataFile(columns: readonly Column[], contents: Uint8Array): Promise<RowBatch> {
  const file = exactBuffer(contents);
  const metadata = parquetMetadata(file);
  const rows = rowsIn(metadata);
  const targets = new Map<string, Target>();
  const elements = new Map<SchemaElement, SchemaElement>();
  const found = new Map(parquetSchema(metadata).children.map(({ element }) => [element.name, element]));
  for (const column of columns) {
    const source = sourceIn(found, column);
    const values = emptyColumn(column.type, rows);
    const convert = converterOf(column, source, metadata);
    targets.set(column.name, { values, nullable: column.nullable, convert, filled: 0 });
    if (source === undefined) continue;
    elements.set(source.found, source.element);
  }
  const names = [...elements.keys()].map(({ name }) => name);
  if (names.length > 0) {
    let failure: { readonly error: unknown } | undefined;
    await parquetRead({
      file,
      metadata: {
        ...metadata,
        schema: metadata.schema.map((element) => elements.get(element) ?? element),
      },
      columns: names,
      utf8: false,
      parsers,
      compressors,
      onChunk: ({ columnName, columnData, rowStart }) => {
        const target = targets.get(columnName);
        if (target === undefined || failure !== undefined) return;
        try {
          copyInto(target.values, columnData, rowStart, target);
          target.filled += columnData.length;
        } catch (error) {
          // Thrown from here it would be nobody's: the library waits for no answer.
          failure = { error: new Error(`its column ${columnName} has ${reasonOf(error)}`) };
        }
      },
    });
    if (failure !== undefined) throw failure.error;
    for (const name of names) {
      const filled = targets.get(name)?.filled ?? 0;
      if (filled !== rows) throw new Error(`its column ${name} has ${filled} of ${rows} values`);
    }
  }
  return { rows, columns: Object.fromEntries([...targets].map(([name, { values }]) => [name, values])) };
}

interface Target {
  readonly values: ColumnValues;
  readonly nullable: boolean;
  readonly convert: ColumnSource["convert"];
  /** How many of the values are read. */
  filled: number;
}

function rowsIn({ num_rows, row_groups }: FileMetaData): number {
  const rows = row_groups.reduce((sum, group) => sum + group.num_rows, 0n);
  if (rows !== num_rows)
    throw new Error(`it says that it has ${num_rows} rows, and its row groups have ${rows}`);
  return Number(rows);
}

/** Undefined if the column is missing, and may be. */
function sourceIn(
  elements: ReadonlyMap<string, SchemaElement>,
  column: Column,
): (ColumnSource & { readonly found: SchemaElement }) | undefined {
  const { name, type, nullable } = column;
  const found = elements.get(name);
  if (found === undefined) {
    if (nullable && (type === "string" || type === "binary")) return undefined;
    throw new Error(`its column ${name} is missing`);
  }
  const source = columnSource(column, found);
  if (source === undefined)
    throw new Error(`its column ${name} is ${describeElement(found)} instead of ${type}`);
  return { ...source, found };
}

const legacyCalendar = ["org.apache.spark.legacyDateTime", "org.apache.spark.legacyINT96"];
const gregorianMicros = BigInt(Date.UTC(1900, 0)) * 1000n;

/** Old versions of Spark, and new ones that are told to, mean other times before 1900 than the numbers say, and note it in the file. */
function converterOf(
  { type }: Column,
  source: ColumnSource | undefined,
  { key_value_metadata = [] }: FileMetaData,
): ColumnSource["convert"] {
  const convert = source?.convert;
  if (type !== "timestamp" || !key_value_metadata.some(({ key }) => legacyCalendar.includes(key)))
    return convert;
  return (value) => {
    const micros = convert === undefined ? value : convert(value);
    if ((micros as bigint) < gregorianMicros)
      throw new Error("a time before 1900 by a calendar of Spark's own");
    return micros;
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a data file says of itself. */
export interface DataFileSummary {
  /** How many bytes its values take uncompressed, which may be many times its size. */
  readonly decodedBytes: number;
  /** Names of its columns. */
  readonly columns: readonly string[];
}

/** @throws Error if it is no Parquet file. */
export function describeDataFile(contents: Uint8Array): DataFileSummary {
  const metadata = parquetMetadata(exactBuffer(contents));
  return {
    decodedBytes: metadata.row_groups.reduce((sum, { total_byte_size }) => sum + Number(total_byte_size), 0),
    columns: parquetSchema(metadata).children.map(({ element }) => element.name),
  };
}

/** Puts batches of the same columns one after the other. */
export function concatBatches(columns: readonly Column[], batches: readonly RowBatch[]): RowBatch {
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  return {
    rows,
    columns: Object.fromEntries(
      columns.map(({ name, type }) => {
        const target = emptyColumn(type, rows);
        let at = 0;
        for (const batch of batches) {
          copyInto(target, batch.columns[name] ?? [], at);
          at += batch.rows;
        }
        return [name, target];
      }),
    ),
  };
}

function schemaElements(columns: readonly Column[]): SchemaElement[] {
  return [
    { name: "root", num_children: columns.length },
    ...columns.map(({ name, type, nullable }): SchemaElement => ({
      name,
      ...parquetTypes[type],
      repetition_type: nullable ? "OPTIONAL" : "REQUIRED",
    })),
  ];
}

function emptyColumn(type: ColumnType, rows: number): ColumnValues {
  switch (type) {
    case "long":
    case "timestamp":
      return new BigInt64Array(rows);
    case "integer":
      return new Int32Array(rows);
    case "double":
      return new Float64Array(rows);
    case "string":
    case "binary":
      return new Array<null>(rows).fill(null);
  }
}

function copyInto(
  target: ColumnValues,
  values: DecodedArray | ColumnValues,
  from: number,
  { nullable, convert }: Pick<Target, "nullable" | "convert"> = { nullable: true, convert: undefined },
): void {
  if (convert === undefined && setWhole(target, values, from)) return;
  // An array of numbers cannot hold null.
  const takesNull = nullable && !ArrayBuffer.isView(target);
  const writable = target as unknown[];
  for (let index = 0; index < values.length; index++) {
    const value: unknown = values[index];
    if (value === null || value === undefined) {
      if (!takesNull) throw new Error(`null in row ${from + index}, where none may be`);
      writable[from + index] = null;
    } else writable[from + index] = convert === undefined ? value : convert(value);
  }
}

/** Copies numbers at once where both sides keep them in the same way. */
function setWhole(target: ColumnValues, values: DecodedArray | ColumnValues, from: number): boolean {
  if (target instanceof BigInt64Array && values instanceof BigInt64Array) target.set(values, from);
  else if (target instanceof Int32Array && values instanceof Int32Array) target.set(values, from);
  else if (target instanceof Float64Array && values instanceof Float64Array) target.set(values, from);
  else return false;
  return true;
}
