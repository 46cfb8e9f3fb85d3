import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDataFile } from "../../apps/consumers/lake/write/row-writer";
import type { ColumnValues } from "../../apps/shared/delta/data-files/row-batch";
import { openLocalStorage } from "../../apps/shared/delta/storage/local-storage";
import { decodePath } from "../../apps/shared/delta/log/actions";
import type { ColumnType, TableSchema } from "../../apps/shared/delta/schema";
import { readSnapshot } from "../../apps/shared/delta/log/snapshot";
import { DeltaTable } from "../../apps/shared/delta/table/table";
import { type Finds, type Predicate, showPredicate, type Value } from "./predicates";

/** A column of each type in the project's tables, and the number of the row. */
const kindsSchema = {
  columns: [
    { name: "row", type: "long", nullable: false },
    { name: "text", type: "string", nullable: true },
    { name: "bytes", type: "binary", nullable: true },
    { name: "number", type: "double", nullable: false },
    { name: "count", type: "long", nullable: false },
    { name: "whole", type: "integer", nullable: false },
    { name: "time", type: "timestamp", nullable: false },
  ],
  partitionColumns: [],
} as const satisfies TableSchema;

type ColumnName = Exclude<(typeof kindsSchema.columns)[number]["name"], "row">;

const usual: Readonly<Record<ColumnName, Value>> = {
  text: "usual",
  bytes: Uint8Array.of(1, 2),
  number: 0.5,
  count: 7n,
  whole: 7,
  time: 1_795_392_000_000_000n,
};

const micros = (iso: string) => BigInt(Date.parse(iso)) * 1000n;

/** Values of one column that share a data file, and with it its bounds. */
const kinds: readonly (readonly [ColumnName, ...(Value | null)[]])[] = [
  ...[0, 1, 64, 65, 100, 100_000].map((length, index) => {
    const letter = String.fromCharCode("a".charCodeAt(0) + index);
    return ["text", letter.repeat(length), "pump"] as const;
  }),
  // In the order of UTF-8 bytes, which differs from the order of code units.
  ["text", "\uffee", "😀", "z"],
  ["text", "\uffee".repeat(65), "😀".repeat(65)],
  ["text", "\ud7ff".repeat(65), "\ud7ff".repeat(70)],
  ["text", "\u{10ffff}", "\u{10fffe}"],
  ["text", `a${"\u{10ffff}".repeat(65)}`, "a"],
  ["text", "\u{10ffff}".repeat(65), "b"],
  ["text", "partly", null],
  ["text", "p".repeat(80), null],
  ["text", null, null],
  ["bytes", Uint8Array.of(), Uint8Array.of(0xff, 0xff)],
  ["bytes", Uint8Array.of(0), null],
  ["bytes", null, null],
  ["number", 0, 1],
  ["number", -0, 2],
  ["number", -0, -2],
  ["number", 0, -3],
  ["number", Number.NaN, 4],
  ["number", Number.POSITIVE_INFINITY, 5],
  ["number", Number.NEGATIVE_INFINITY, 6],
  ["number", 5e-324, -Number.MAX_VALUE, Number.MAX_VALUE],
  ["count", 2n ** 53n + 1n, -(2n ** 53n) - 1n],
  ["count", 2n ** 63n - 1n, -(2n ** 63n)],
  ["whole", 2 ** 31 - 1, -(2 ** 31)],
  ["time", micros("0001-01-01T00:00:00.000Z"), micros("1899-12-31T23:59:59.999Z")],
  ["time", micros("1900-01-01T00:00:00.000Z"), -1n],
  ["time", micros("9999-12-31T23:59:59.999Z"), micros("2026-11-23T00:00:00.000Z") + 1n],
  ["time", micros("9999-12-31T23:59:59.999Z") + 999n, 0n],
  ["time", micros("+010000-01-01T00:00:00.000Z"), 1n],
];

const typeOf = (column: ColumnName): ColumnType =>
  kindsSchema.columns.find(({ name }) => name === column)?.type ?? "string";

const rowsOfKinds: readonly (readonly [ColumnName, Value | null])[] = kinds.flatMap(([column, ...values]) =>
  values.map((value) => [column, value] as const),
);

/** Every value of every kind, compared in each way, and nulls. */
export const kindPredicates: readonly Predicate[] = [
  ...rowsOfKinds.flatMap(([column, value]) =>
    value === null ? [] : opsFor(value).map((op) => ({ column, type: typeOf(column), op, value })),
  ),
  ...(["text", "bytes"] as const).flatMap((column) =>
    (["is null", "is not null"] as const).map((op) => ({ column, type: typeOf(column), op })),
  ),
];

/** Pyarrow compares every bound with NaN as both less and greater, so that a range up to NaN finds everything in any table. */
function opsFor(value: Value): readonly ("=" | "<=" | ">=")[] {
  return Number.isNaN(value) ? ["="] : ["=", "<=", ">="];
}

/** A table with a data file for each kind of column, written by the lake's own code. */
export class KindsTable {
  private constructor(readonly path: string) {}

  static async create(): Promise<KindsTable> {
    const path = join(await mkdtemp(join(tmpdir(), "kafka-iot-sim-kinds-")), "kinds");
    const storage = await openLocalStorage(path);
    const table = await DeltaTable.open(storage, { name: "kinds", schema: kindsSchema, engine: "test" });
    const adds = [];
    let row = 0;
    for (const [column, ...values] of kinds) {
      const numbers = values.map(() => BigInt(row++));
      const columns = { row: BigInt64Array.from(numbers), ...columnsOf(column, values) };
      adds.push(...(await writeDataFile(storage.files, kindsSchema, {}, { rows: values.length, columns })));
    }
    await table.append({ adds, transactions: [] });
    return new KindsTable(path);
  }

  /** The data files. */
  async files(): Promise<string[]> {
    const snapshot = await readSnapshot((await openLocalStorage(this.path)).log);
    return [...(snapshot?.files.keys() ?? [])].map((path) => join(this.path, decodePath(path)));
  }

  async remove(): Promise<void> {
    await rm(join(this.path, ".."), { recursive: true, force: true });
  }
}

function columnsOf(column: ColumnName, values: readonly (Value | null)[]): Record<ColumnName, ColumnValues> {
  const valuesOf = (name: ColumnName) => (name === column ? values : values.map(() => usual[name]));
  return {
    text: valuesOf("text") as (string | null)[],
    bytes: valuesOf("bytes") as (Uint8Array | null)[],
    number: Float64Array.from(valuesOf("number"), Number),
    count: BigInt64Array.from(valuesOf("count") as bigint[]),
    whole: Int32Array.from(valuesOf("whole"), Number),
    time: BigInt64Array.from(valuesOf("time") as bigint[]),
  };
}

/** Rows that a predicate must find, however a reader orders NaN and other values. */
function mustFind({ column, op, value }: Predicate): number[] {
  const holds = ([kind, own]: readonly [ColumnName, Value | null]) => {
    const found = kind === column ? own : usual[column as ColumnName];
    if (op === "is null") return found === null;
    if (op === "is not null") return found !== null;
    if (found instanceof Uint8Array) return value instanceof Uint8Array && Buffer.compare(found, value) === 0;
    return Object.is(found, value) && !Number.isNaN(found);
  };
  return rowsOfKinds.flatMap((row, index) => (holds(row) ? [index] : []));
}

/** The rows that a reader found wrongly or did not find, one line for each of {@link kindPredicates}. */
export function wrongFinds(finds: Finds, predicates: readonly Predicate[] = kindPredicates): string[] {
  return predicates.flatMap((predicate, index) => {
    const found = finds[index];
    if (found === undefined) return [];
    const { filtered, holds } = found;
    const shown = `${showPredicate(predicate)}: found rows ${filtered.join()}`;
    const missed = mustFind(predicate).filter((row) => !filtered.includes(row));
    if (missed.length > 0) return [`${shown} but not ${missed.join()}`];
    return filtered.join() === holds.join() ? [] : [`${shown} of ${holds.join()}`];
  });
}
