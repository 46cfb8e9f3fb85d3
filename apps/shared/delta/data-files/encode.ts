import type { ColumnChunk, DecodedArray, Encoding, SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter, type Writer } from "hyparquet-writer";
import { writeColumn } from "hyparquet-writer/src/column.js";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { snappyCompress } from "hyparquet-writer/src/snappy.js";
import type { Column, ColumnType } from "../schema";
import { packDifferences } from "./differences";
import type { ColumnValues, RowBatch } from "./row-batch";

const parquetTypes: Readonly<Record<ColumnType, Pick<SchemaElement, "type" | "converted_type">>> = {
  string: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  binary: { type: "BYTE_ARRAY" },
  long: { type: "INT64" },
  integer: { type: "INT32" },
  double: { type: "DOUBLE" },
  timestamp: { type: "INT64", converted_type: "TIMESTAMP_MICROS" },
};

/**
 * Encodes one Parquet file of one row group, compressed with Snappy. Longs and times are stored as differences,
 * because offsets, counters and times grow evenly.
 *
 * The file has no statistics: those in the log are all that readers of a Delta table use.
 */
export function encodeDataFile(columns: readonly Column[], { rows, columns: values }: RowBatch): Uint8Array {
  if (rows === 0) throw new Error("a Parquet file without rows is never needed");
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
  // It resolves at once, because the file is in memory.
  void file.finish();
  return writer.getBytes();
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

/** The encodings of types. Texts and bytes use a dictionary if that is shorter. */
const encodings: Partial<Readonly<Record<ColumnType, Encoding>>> = {
  long: "DELTA_BINARY_PACKED",
  timestamp: "DELTA_BINARY_PACKED",
  // A dictionary of doubles would not distinguish 0 from -0.
  double: "PLAIN",
};

/** Appends the single chunk of a column to a file. @param schema of the file, its root first */
function encodeColumn(
  writer: Writer,
  schema: readonly SchemaElement[],
  { name, type, nullable }: Column,
  values: ColumnValues,
): ColumnChunk {
  const packed = values instanceof BigInt64Array && !nullable ? packDifferences(values) : undefined;
  if (packed !== undefined) return appendPacked(writer, name, values.length, packed);
  const [root] = schema;
  const element = schema.find((candidate) => candidate.name === name);
  if (root === undefined || element === undefined) throw new Error(`${name} is not in the schema`);
  const encoding = encodings[type];
  const { chunk } = writeColumn({
    writer,
    column: {
      columnName: name,
      element,
      schemaPath: [root, element],
      codec: "SNAPPY",
      compressors: { SNAPPY: snappyCompress },
      stats: false,
      pageSize: 0,
      columnIndex: false,
      offsetIndex: false,
      ...(encoding && { encoding }),
    },
    pageData: {
      values: values as DecodedArray,
      definitionLevels: nullable ? presence(values) : [],
      repetitionLevels: [],
      maxDefinitionLevel: nullable ? 1 : 0,
    },
  });
  return chunk;
}

/** The definition level of each value: 0 for null. */
function presence(values: ColumnValues): number[] {
  const levels = new Array<number>(values.length);
  for (let index = 0; index < values.length; index++) levels[index] = values[index] === null ? 0 : 1;
  return levels;
}

/** Appends a chunk of one page, as `writeColumn` does. */
function appendPacked(writer: Writer, name: string, rows: number, page: Uint8Array): ColumnChunk {
  const start = writer.offset;
  const compressed = snappyCompress(page);
  writePageHeader(writer, {
    type: "DATA_PAGE_V2",
    uncompressed_page_size: page.length,
    compressed_page_size: compressed.length,
    data_page_header_v2: {
      num_values: rows,
      num_nulls: 0,
      num_rows: rows,
      encoding: "DELTA_BINARY_PACKED",
      definition_levels_byte_length: 0,
      repetition_levels_byte_length: 0,
      is_compressed: true,
    },
  });
  const headerLength = writer.offset - start;
  writer.appendBytes(compressed);
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: "INT64",
      encodings: ["DELTA_BINARY_PACKED"],
      path_in_schema: [name],
      codec: "SNAPPY",
      num_values: BigInt(rows),
      total_uncompressed_size: BigInt(headerLength + page.length),
      total_compressed_size: BigInt(writer.offset - start),
      data_page_offset: BigInt(start),
    },
  };
}
