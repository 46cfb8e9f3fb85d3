import type { ColumnType } from "../../apps/shared/delta/schema";
import { doubleDigits } from "./sample-rows";

/** A value that a column may have. Times are microseconds since 1970. */
export type Value = string | number | bigint | Uint8Array;

/** What is asked of a column. */
export interface Predicate {
  readonly column: string;
  readonly type: ColumnType;
  readonly op: "=" | "<=" | ">=" | "is null" | "is not null";
  /** Undefined where nothing is compared. */
  readonly value?: Value;
}

/** What a reader found by a predicate, and what it found to hold of all rows when it had read them: numbers of rows in order. */
export interface Found {
  readonly filtered: readonly number[];
  readonly holds: readonly number[];
}

/** What each predicate found; undefined if the reader cannot be asked. */
export type Finds = readonly (Found | undefined)[];

/** How an SQL writes values of each type. */
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

/** A predicate as a person reads it. */
export function showPredicate({ column, op, value }: Predicate): string {
  if (value === undefined) return `${column} ${op}`;
  const shown = digitsOf(value);
  const short = shown.length > 24 ? `${shown.slice(0, 20)}… (${shown.length})` : shown;
  return `${column} ${op} ${short}`;
}
