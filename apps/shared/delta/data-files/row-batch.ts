import type { DecodedArray } from "hyparquet";
import type { Column, ColumnType } from "../schema";

/**
 * Values of one column: `long` and `timestamp` (microseconds since 1970) as 64-bit integers, `integer` and `double` as typed arrays,
 * text and bytes as lists with null for a missing value.
 */
export type ColumnValues =
  BigInt64Array | Int32Array | Float64Array | readonly (string | null)[] | readonly (Uint8Array | null)[];

/** Rows by column; every column has `rows` values. */
export interface RowBatch {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ColumnValues>>;
}

/** Concatenates batches of the same columns. */
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

/** A column of `rows` values to be filled: zeros or nulls. */
export function emptyColumn(type: ColumnType, rows: number): ColumnValues {
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

/** How values of a file become values of a column. */
export interface CopyOptions {
  readonly nullable: boolean;
  /** Undefined if they are values of the column already. */
  readonly convert: ((value: unknown) => unknown) | undefined;
}

/** Copies values to `target`, from index `from` on. @throws Error if a value is null and must not be */
export function copyInto(
  target: ColumnValues,
  values: DecodedArray | ColumnValues,
  from: number,
  { nullable, convert }: CopyOptions = { nullable: true, convert: undefined },
): void {
  if (convert === undefined && setWhole(target, values, from)) return;
  // A typed array cannot hold null.
  const takesNull = nullable && !ArrayBuffer.isView(target);
  const writable = target as unknown[];
  for (let index = 0; index < values.length; index++) {
    const value: unknown = values[index];
    if (value === null || value === undefined) {
      if (!takesNull) throw new Error(`null in row ${from + index}, which is not allowed`);
      writable[from + index] = null;
    } else writable[from + index] = convert === undefined ? value : convert(value);
  }
}

/** Copies all numbers at once if both arrays have the same type. */
function setWhole(target: ColumnValues, values: DecodedArray | ColumnValues, from: number): boolean {
  if (target instanceof BigInt64Array && values instanceof BigInt64Array) target.set(values, from);
  else if (target instanceof Int32Array && values instanceof Int32Array) target.set(values, from);
  else if (target instanceof Float64Array && values instanceof Float64Array) target.set(values, from);
  else return false;
  return true;
}
