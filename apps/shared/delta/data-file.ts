import { type DecodedArray, parquetMetadata, parquetRead, type SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { encodeColumn } from "./column-chunk";
import { exactBuffer } from "./exact-buffer";
import { exactText } from "./exact-text";
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
 * Reads a whole data file, to the last microsecond.
 * @returns undefined if the file holds other types than this project writes, as those of other writers may.
 */
export async function decodeDataFile(
  columns: readonly Column[],
  contents: Uint8Array,
): Promise<RowBatch | undefined> {
  const file = exactBuffer(contents);
  const metadata = parquetMetadata(file);
  if (!hasOurTypes(columns, metadata.schema)) return undefined;
  const rows = Number(metadata.num_rows);
  const read = new Map<string, ColumnValues>(
    columns.map(({ name, type }) => [name, emptyColumn(type, rows)]),
  );
  await parquetRead({
    file,
    metadata,
    columns: columns.map(({ name }) => name),
    utf8: false,
    parsers: { ...exactText, timestampFromMicroseconds: (micros: bigint) => micros },
    onChunk: ({ columnName, columnData, rowStart }) => {
      const target = read.get(columnName);
      if (target !== undefined) copyInto(target, columnData, rowStart);
    },
  });
  return { rows, columns: Object.fromEntries(read) };
}

/** How many bytes the values of a file take uncompressed, which may be many times its size. */
export function decodedSize(contents: Uint8Array): number {
  const { row_groups } = parquetMetadata(exactBuffer(contents));
  return row_groups.reduce((sum, { total_byte_size }) => sum + Number(total_byte_size), 0);
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

/** Whether a file's columns are physically as this project writes them; one that is never null may be declared as nullable. */
function hasOurTypes(columns: readonly Column[], [, ...elements]: readonly SchemaElement[]): boolean {
  return columns.every(({ name, type }) => {
    const wanted = parquetTypes[type];
    return elements.some(
      (element) =>
        element.name === name &&
        element.type === wanted.type &&
        element.converted_type === wanted.converted_type,
    );
  });
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

function copyInto(target: ColumnValues, values: DecodedArray | ColumnValues, from: number): void {
  const writable = target as unknown[];
  for (let index = 0; index < values.length; index++) {
    const value: unknown = values[index];
    if (value === null || value === undefined) {
      // The array of numbers that it would go into cannot hold it.
      if (ArrayBuffer.isView(target)) throw new Error("a number is missing where none may be");
      writable[from + index] = null;
    } else writable[from + index] = value;
  }
}
