import { encodeDataFile } from "../../../../apps/shared/delta/data-files/encode";
import type { RowBatch } from "../../../../apps/shared/delta/data-files/row-batch";
import { type Column, dataColumns, type TableSchema } from "../../../../apps/shared/delta/schema";

/** Rows of a test: what a column lacks has the value that nobody looks at. */
export type TestRow = Readonly<Record<string, string | number | Uint8Array | null>>;

/** A data file as the lake writes it. Times are milliseconds since 1970. */
export function dataFile(schema: TableSchema, rows: readonly TestRow[]): Buffer {
  const columns = dataColumns(schema);
  const values = columns.map((column) => [column.name, valuesOf(column, rows)] as const);
  return Buffer.from(encodeDataFile(columns, { rows: rows.length, columns: Object.fromEntries(values) }));
}

function valuesOf({ name, type, nullable }: Column, rows: readonly TestRow[]): RowBatch["columns"][string] {
  const given = rows.map((row) => row[name] ?? null);
  const numbers = given.map(Number);
  switch (type) {
    case "long":
      return BigInt64Array.from(numbers.map(BigInt));
    case "timestamp":
      return BigInt64Array.from(numbers.map((milliseconds) => BigInt(milliseconds) * 1000n));
    case "integer":
      return Int32Array.from(numbers);
    case "double":
      return Float64Array.from(numbers);
    case "string":
    case "binary":
      return (nullable ? given : given.map((value) => value ?? "")) as (string | null)[];
  }
}
