import {
  type FileMetaData,
  parquetMetadata,
  type ParquetParsers,
  parquetRead,
  parquetSchema,
  type SchemaElement,
} from "hyparquet";
import { compressors, exactBuffer } from "../parquet";
import type { Column } from "../schema";
import { type ColumnValues, copyInto, emptyColumn, type RowBatch } from "./row-batch";

/**
 * Reads the columns of a whole data file of any writer, exactly to the microsecond. A nullable column that the file lacks is null in all
 * rows.
 * @throws Error that describes what cannot be read.
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
          // The library does not await this callback, so an error thrown here would be lost.
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
  /** How many values have been read. */
  filled: number;
}

function rowsIn({ num_rows, row_groups }: FileMetaData): number {
  const rows = row_groups.reduce((sum, group) => sum + group.num_rows, 0n);
  if (rows !== num_rows) throw new Error(`it claims ${num_rows} rows, but its row groups have ${rows}`);
  return Number(rows);
}

/** Undefined if the column is missing and nullable. */
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

/** Old versions of Spark, and new ones if configured so, write times before 1900 in another calendar, and note that in the file. */
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
      throw new Error("a time before 1900 in Spark's legacy calendar");
    return micros;
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A summary from the footer of a data file. */
export interface DataFileSummary {
  /** The uncompressed size of its values, in bytes, which may be many times the size of the file. */
  readonly decodedBytes: number;
  /** Names of its columns. */
  readonly columns: readonly string[];
}

/** @throws Error if it is not a Parquet file. */
export function describeDataFile(contents: Uint8Array): DataFileSummary {
  const metadata = parquetMetadata(exactBuffer(contents));
  return {
    decodedBytes: metadata.row_groups.reduce((sum, { total_byte_size }) => sum + Number(total_byte_size), 0),
    columns: parquetSchema(metadata).children.map(({ element }) => element.name),
  };
}

/** How to read the values of a column from a file of any writer. */
interface ColumnSource {
  /** The schema element that the Parquet library receives for the column. */
  readonly element: SchemaElement;
  /** Converts what the library returns into a value of the column; undefined if it is one already. */
  readonly convert: ((value: unknown) => unknown) | undefined;
}

const minLong = -(2n ** 63n);
const maxLong = 2n ** 63n - 1n;
const maxInteger = 2n ** 31n - 1n;

/**
 * How to read a column from a file in which its schema element is `found`.
 * @returns undefined if values of that type cannot be values of the column.
 */
function columnSource({ type }: Column, found: SchemaElement): ColumnSource | undefined {
  if (found.num_children !== undefined || found.repetition_type === "REPEATED") return undefined;
  switch (type) {
    case "long":
      return integers(found, found.type === "INT64" && !isUnsigned(found) ? undefined : toLong);
    case "integer":
      return integers(found, found.type === "INT32" && !isUnsigned(found) ? undefined : toInteger);
    case "double":
      return found.type === "DOUBLE" || found.type === "FLOAT"
        ? { element: plain(found), convert: undefined }
        : undefined;
    case "timestamp":
      return times(found);
    case "string":
      return found.type === "BYTE_ARRAY" && !isNumber(found)
        ? { element: { ...plain(found), converted_type: "UTF8" }, convert: undefined }
        : undefined;
    case "binary":
      return (found.type === "BYTE_ARRAY" || found.type === "FIXED_LEN_BYTE_ARRAY") && !isNumber(found)
        ? { element: plain(found), convert: undefined }
        : undefined;
  }
}

/** Describes the type of a column in a file, for messages. */
function describeElement(element: SchemaElement): string {
  const { type, converted_type, logical_type, num_children, repetition_type } = element;
  if (num_children !== undefined) return "nested";
  const annotation = converted_type ?? logical_type?.type;
  const list = repetition_type === "REPEATED" ? "repeated " : "";
  return `${list}${type ?? "of no type"}${annotation === undefined ? "" : ` (${annotation})`}`;
}

const strictText = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Parsers that change no value silently. */
const parsers: Partial<ParquetParsers> = {
  stringFromBytes: (bytes: Uint8Array) => strictText.decode(bytes),
  timestampFromNanoseconds: microsOfNanos,
};

/** The element without its logical type, so that the library does not convert the values. */
function plain({ name, type, type_length, repetition_type }: SchemaElement): SchemaElement {
  return {
    name,
    ...(type !== undefined && { type }),
    ...(type_length !== undefined && { type_length }),
    ...(repetition_type !== undefined && { repetition_type }),
  };
}

function integers(found: SchemaElement, convert: ColumnSource["convert"]): ColumnSource | undefined {
  const { type, converted_type, logical_type } = found;
  if (type !== "INT32" && type !== "INT64") return undefined;
  const isInteger = converted_type === undefined || /^U?INT_/.test(converted_type);
  if (!isInteger || (logical_type !== undefined && logical_type.type !== "INTEGER")) return undefined;
  return { element: isUnsigned(found) ? found : plain(found), convert };
}

function isUnsigned({ converted_type, logical_type }: SchemaElement): boolean {
  if (converted_type?.startsWith("UINT_") === true) return true;
  return logical_type?.type === "INTEGER" && !logical_type.isSigned;
}

/** Whether bytes encode a number. */
function isNumber({ converted_type, logical_type }: SchemaElement): boolean {
  const type = logical_type?.type;
  return (
    converted_type === "DECIMAL" || converted_type === "INTERVAL" || type === "DECIMAL" || type === "FLOAT16"
  );
}

function times(found: SchemaElement): ColumnSource | undefined {
  const { type, converted_type, logical_type } = found;
  // The library returns nanoseconds, which the parser turns into microseconds.
  if (type === "INT96") return { element: plain(found), convert: undefined };
  if (type !== "INT64") return undefined;
  const element = plain(found);
  const unit = logical_type?.type === "TIMESTAMP" ? logical_type.unit : undefined;
  if (unit === "MICROS" || converted_type === "TIMESTAMP_MICROS") return { element, convert: undefined };
  if (unit === "MILLIS" || converted_type === "TIMESTAMP_MILLIS") {
    return { element, convert: (millis) => inRange((millis as bigint) * 1000n, minLong, maxLong) };
  }
  return unit === "NANOS" ? { element, convert: (nanos) => microsOfNanos(nanos as bigint) } : undefined;
}

function toLong(value: unknown): bigint {
  return inRange(BigInt(value as number | bigint), minLong, maxLong);
}

function toInteger(value: unknown): number {
  return Number(inRange(BigInt(value as number | bigint), -maxInteger - 1n, maxInteger));
}

function inRange(value: bigint, min: bigint, max: bigint): bigint {
  if (value < min || value > max)
    throw new Error(`the value ${value}, which is out of the range of the table`);
  return value;
}

function microsOfNanos(nanos: bigint): bigint {
  if (nanos % 1000n !== 0n) throw new Error("a time that is not a whole number of microseconds");
  return nanos / 1000n;
}
