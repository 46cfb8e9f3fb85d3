import "./parquetjs-fixes";
import {
  type ColumnData,
  type FieldDefinition,
  ParquetEnvelopeWriter,
  ParquetSchema,
  ParquetWriter,
} from "parquetjs-lite";
import type { Column, ColumnType } from "./schema";
import type { ColumnValue, ColumnValues } from "./stats";

const parquetTypes: Readonly<Record<ColumnType, FieldDefinition["type"]>> = {
  string: "UTF8",
  long: "INT64",
  integer: "INT32",
  double: "DOUBLE",
  timestamp: "TIMESTAMP_MICROS",
};

/**
 * Encodes one Parquet file of one row group, compressed with Snappy. It fills the writer's buffer column by column,
 * because `appendRow` spends most of its time taking rows apart, and takes numbers through text.
 *
 * There are no statistics in the file: those of the log have no gaps, and parquetjs-lite writes wrong ones for text.
 */
export async function encodeParquet(
  columns: readonly Column[],
  values: ColumnValues,
  rows: number,
): Promise<Buffer> {
  if (rows === 0) throw new Error("a Parquet file of no rows is never needed");
  const schema = new ParquetSchema(
    Object.fromEntries(
      columns.map(({ name, type, nullable }) => [
        name,
        { type: parquetTypes[type], optional: nullable, compression: "SNAPPY", statistics: false },
      ]),
    ),
  );
  const sections: Buffer[] = [];
  const options = { useDataPageV2: false, pageIndex: false };
  const envelope = new ParquetEnvelopeWriter(
    schema,
    (section) => sections.push(section),
    () => {},
    0,
    options,
  );
  const writer = new ParquetWriter(schema, envelope, options);
  writer.rowBuffer = {
    rowCount: rows,
    pageRowCount: rows,
    columnData: Object.fromEntries(columns.map((column) => [column.name, columnData(column, values, rows)])),
    pages: Object.fromEntries(columns.map(({ name }) => [name, []])),
  };
  await writer.close();
  return Buffer.concat(sections);
}

function columnData(column: Column, values: ColumnValues, rows: number): ColumnData {
  const given = values[column.name];
  if (given?.length !== rows) throw new Error(`${column.name} has ${given?.length ?? 0} of ${rows} values`);
  const present = given.filter((value) => value !== null);
  if (!column.nullable && present.length < rows) throw new Error(`${column.name} must not be null`);
  return {
    values: present.map((value) => physicalValue(column.type, value)),
    dlevels: column.nullable
      ? given.map((value) => (value === null ? 0 : 1))
      : new Array<number>(rows).fill(0),
    rlevels: new Array<number>(rows).fill(0),
    count: rows,
    distinct_values: new Set(),
  };
}

function physicalValue(type: ColumnType, value: NonNullable<ColumnValue>): Buffer | number | bigint {
  if (type === "string") return Buffer.from(String(value), "utf8");
  if (typeof value === "string") throw new Error(`"${value}" is not a ${type}`);
  if (type === "timestamp") return BigInt(value) * 1000n;
  if (type === "long" && !Number.isSafeInteger(value))
    throw new Error(`${value} cannot be kept exactly as a long`);
  return value;
}
