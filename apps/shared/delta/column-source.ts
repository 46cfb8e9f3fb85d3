import type { ParquetParsers, SchemaElement } from "hyparquet";
import type { Column } from "./schema";

/** How the values of a column are got out of a file, whoever wrote it. */
export interface ColumnSource {
  /** What the Parquet library is told the column is. */
  readonly element: SchemaElement;
  /** Turns what it reads into a value of the column; undefined if it is one already. */
  readonly convert: ((value: unknown) => unknown) | undefined;
}

const minLong = -(2n ** 63n);
const maxLong = 2n ** 63n - 1n;
const maxInteger = 2n ** 31n - 1n;

/**
 * How to read a column from a file that has it as `found`.
 * @returns undefined if values of that type are none of the column's.
 */
export function columnSource({ type }: Column, found: SchemaElement): ColumnSource | undefined {
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

/** What a file says a column is, for people to read. */
export function describeElement(element: SchemaElement): string {
  const { type, converted_type, logical_type, num_children, repetition_type } = element;
  if (num_children !== undefined) return "nested";
  const annotation = converted_type ?? logical_type?.type;
  const list = repetition_type === "REPEATED" ? "repeated " : "";
  return `${list}${type ?? "of no type"}${annotation === undefined ? "" : ` (${annotation})`}`;
}

const strictText = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** How values are made of what a file holds; nothing is changed silently. */
export const parsers: Partial<ParquetParsers> = {
  stringFromBytes: (bytes: Uint8Array) => strictText.decode(bytes),
  timestampFromNanoseconds: microsOfNanos,
};

/** Without any meaning beyond the physical type: the library then leaves the values alone. */
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

/** Bytes can stand for a number, too. */
function isNumber({ converted_type, logical_type }: SchemaElement): boolean {
  const type = logical_type?.type;
  return (
    converted_type === "DECIMAL" || converted_type === "INTERVAL" || type === "DECIMAL" || type === "FLOAT16"
  );
}

function times(found: SchemaElement): ColumnSource | undefined {
  const { type, converted_type, logical_type } = found;
  // The library gives them as nanoseconds, of which its parser makes microseconds.
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
  if (value < min || value > max) throw new Error(`the value ${value}, which is beyond what the table holds`);
  return value;
}

function microsOfNanos(nanos: bigint): bigint {
  if (nanos % 1000n !== 0n) throw new Error("a time that is no whole number of microseconds");
  return nanos / 1000n;
}
