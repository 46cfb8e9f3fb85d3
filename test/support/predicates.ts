import type { ColumnType } from "../../apps/shared/delta/schema";
import { doubleDigits } from "./sample-rows";

/** A value that a column may have. Times are microseconds since 1970. */
export type Value = string | number | bigint | Uint8Array;

/** A condition on a column. */
export interface Predicate {
  readonly column: string;
  readonly type: ColumnType;
  readonly op: "=" | "<=" | ">=" | "is null" | "is not null";
  /** Undefined for operators without a value. */
  readonly value?: Value;
}

/** The rows that a reader found with a filter, and the rows of a full read for which the condition holds: sorted row numbers. */
export interface Found {
  readonly filtered: readonly number[];
  readonly holds: readonly number[];
}

/** The result of each predicate; undefined if the reader does not support it. */
export type Finds = readonly (Found | undefined)[];

/** The notation of an SQL dialect for values of each type. */
export type Dialect = Readonly<Record<ColumnType, (value: string) => string>>;

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

export const dataFusion: Dialect = {
  string: quoted,
  binary: (hex) => `X'${hex}'`,
  long: (digits) => `CAST('${digits}' AS BIGINT)`,
  integer: (digits) => `CAST('${digits}' AS INT)`,
  double: (shown) => `CAST('${shown}' AS DOUBLE)`,
  timestamp: (micros) => `arrow_cast(${micros}, 'Timestamp(Microsecond, Some("UTC"))')`,
};

export const duckDb: Dialect = {
  string: quoted,
  binary: (hex) => `unhex('${hex}')`,
  long: (digits) => `'${digits}'::BIGINT`,
  integer: (digits) => `'${digits}'::INTEGER`,
  double: (shown) => `'${shown}'::DOUBLE`,
  timestamp: (micros) => `make_timestamptz(${micros}::BIGINT)`,
};

export const sparkSql: Dialect = {
  string: quoted,
  binary: (hex) => `X'${hex}'`,
  long: (digits) => `CAST('${digits}' AS BIGINT)`,
  integer: (digits) => `CAST('${digits}' AS INT)`,
  double: (shown) => `CAST('${shown}' AS DOUBLE)`,
  timestamp: (micros) => `timestamp_micros(CAST('${micros}' AS BIGINT))`,
};

/** A predicate as SQL. */
export function sqlOf({ column, type, op, value }: Predicate, dialect: Dialect): string {
  return value === undefined ? `${column} ${op}` : `${column} ${op} ${dialect[type](digitsOf(value))}`;
}

/** A predicate as `find_rows.py` takes it: doubles as their eight bytes, bytes as hexadecimal digits, whole numbers as text. */
export function plainPredicate(predicate: Predicate): Readonly<Record<string, unknown>> {
  const { column, type, op, value } = predicate;
  const sql = sqlOf(predicate, dataFusion);
  if (value === undefined) return { column, type, op, sql };
  return { column, type, op, sql, value: type === "double" ? doubleDigits(Number(value)) : digitsOf(value) };
}

function digitsOf(value: Value): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return Object.is(value, -0) ? "-0.0" : String(value);
}

/** A predicate for people. */
export function showPredicate({ column, op, value }: Predicate): string {
  if (value === undefined) return `${column} ${op}`;
  const shown = digitsOf(value);
  const short = shown.length > 24 ? `${shown.slice(0, 20)}… (${shown.length})` : shown;
  return `${column} ${op} ${short}`;
}
