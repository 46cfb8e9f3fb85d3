import type { SqlSession } from "../lake/sql/session";
import { identifier } from "../lake/sql/views";

/**
 * Checks very many numbers for gaps and repeats. A block covers 64 numbers: one row holds which of them are present, one bit for each, and
 * how many rows had them. The blocks of a table of a billion rows fit into memory.
 */

/** Numbers from `from` to `to`, both included. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** A block with a number missing in it or before it. */
export interface IrregularBlock {
  readonly block: number;
  /** The nearest block before it with any numbers. */
  readonly previous: number | undefined;
  /** Bit i is set if number 64 × block + i is present. */
  readonly present: bigint;
}

export const blockSize = 64;

/**
 * The missing numbers from `first` up to, but without, `next`.
 * @param blocks all irregular blocks, and possibly others, in order
 * @param last the last block with any numbers
 */
export function missingRanges(
  { first, next }: { readonly first: number; readonly next: number },
  blocks: readonly IrregularBlock[],
  last: number | undefined,
): NumberRange[] {
  const ranges: NumberRange[] = [];
  const missing = (from: number, until: number) => {
    const begin = Math.max(from, first);
    const end = Math.min(until, next);
    if (begin >= end) return;
    const former = ranges.at(-1);
    if (former?.to === begin - 1) ranges[ranges.length - 1] = { from: former.from, to: end - 1 };
    else ranges.push({ from: begin, to: end - 1 });
  };
  for (const { block, previous, present } of blocks) {
    const begin = block * blockSize;
    missing(previous === undefined ? first : (previous + 1) * blockSize, begin);
    for (let bit = 0; bit < blockSize; bit++) {
      if ((present & (1n << BigInt(bit))) === 0n) missing(begin + bit, begin + bit + 1);
    }
  }
  missing(last === undefined ? first : (last + 1) * blockSize, next);
  return ranges;
}

/** Ranges for people: `3, 7 to 9`. */
export function showRanges(ranges: readonly NumberRange[], maxRanges: number): string {
  const shown = ranges
    .slice(0, maxRanges)
    .map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`));
  return `${shown.join(", ")}${ranges.length > maxRanges ? ", …" : ""}`;
}

/** SQL for numbers that must have no gaps and repeats for each key. */
export interface RunSource {
  /** The prefix of the tables that are created for the check. */
  readonly name: string;
  /** A query for the key's columns, `number`, and `dead`: whether it is of a dead letter. */
  readonly numbers: string;
  readonly keys: readonly string[];
  /** A query for the key's columns, `first` and `next`, from a table of blocks. */
  readonly expected: (blocks: string) => string;
}

/** The result for one key. */
export interface RunCount {
  /** Values of the key's columns. */
  readonly key: readonly (string | number)[];
  /** The numbers that must be present: from `first` up to, but without, `next`. Undefined if there must be none. */
  readonly bounds: { readonly first: number; readonly next: number } | undefined;
  readonly rows: number;
  readonly deadLetters: number;
  readonly missing: number;
  /** Distinct numbers outside the bounds. */
  readonly outside: number;
  /** Rows and dead letters after the first of their number. */
  readonly repeats: number;
}

export interface RunTotals {
  readonly keys: number;
  readonly rows: number;
  /** Numbers below the bounds, of all keys. */
  readonly before: number;
}

/** A number that is present more than once. */
export interface Repeat {
  readonly key: readonly (string | number)[];
  readonly number: number;
  readonly rows: number;
  readonly deadLetters: number;
}

const allBits = "18446744073709551615::UBIGINT";

/** Counts numbers by key, and finds missing and repeated ones. */
export class RunCheck {
  private constructor(
    private readonly sql: SqlSession,
    private readonly source: RunSource,
  ) {}

  static async make(sql: SqlSession, source: RunSource): Promise<RunCheck> {
    const check = new RunCheck(sql, source);
    const { keys, expected, numbers } = check;
    await sql.rows(`CREATE TEMP TABLE ${check.blocks} AS
      SELECT ${keys}, (number - (number & 63)) // ${blockSize} AS block,
        bit_or(1::UBIGINT << (number & 63)::UBIGINT) AS present, max(number) AS highest,
        count(*) FILTER (NOT dead) AS rows, count(*) FILTER (dead) AS dead_letters
      FROM (${numbers}) GROUP BY ALL`);
    await sql.rows(`CREATE TEMP TABLE ${expected} AS ${source.expected(check.blocks)}`);
    return check;
  }

  /** The results for all keys, or for those with a problem, in the order of the keys. */
  async counts(which: "all" | "wrong"): Promise<RunCount[]> {
    const { keys, source } = this;
    const rows = await this.sql.rows<Record<string, string | number | bigint | null>>(`
      WITH wanted AS (
        SELECT *, greatest(first - block * ${blockSize}, 0) AS low, least(next - block * ${blockSize}, ${blockSize}) AS high
        FROM ${this.blocks} LEFT JOIN ${this.expected} USING (${keys})
      ), masked AS (
        SELECT *, CASE WHEN first IS NOT NULL AND high > low THEN (${allBits} >> (${blockSize} - (high - low))::UBIGINT) << low::UBIGINT ELSE 0::UBIGINT END AS mask
        FROM wanted
      ), counted AS (
        SELECT ${keys}, sum(rows) AS rows, sum(dead_letters) AS dead_letters, sum(bit_count(present & mask)) AS inside,
          sum(bit_count(present & ~mask)) AS outside, sum(rows + dead_letters - bit_count(present)) AS repeats
        FROM masked GROUP BY ALL
      )
      SELECT * FROM (SELECT ${keys}, first, next, coalesce(rows, 0) AS rows, coalesce(dead_letters, 0) AS dead_letters,
        coalesce(next - first, 0) - coalesce(inside, 0) AS missing, coalesce(outside, 0) AS outside,
        coalesce(repeats, 0) AS repeats
      FROM ${this.expected} FULL JOIN counted USING (${keys}))
      WHERE ${which === "all"} OR missing > 0 OR outside > 0 OR repeats > 0 ORDER BY ALL`);
    return rows.map((row) => ({
      key: source.keys.map((name) => keyValue(row[name])),
      bounds: row["first"] === null ? undefined : { first: Number(row["first"]), next: Number(row["next"]) },
      rows: Number(row["rows"]),
      deadLetters: Number(row["dead_letters"]),
      missing: Number(row["missing"]),
      outside: Number(row["outside"]),
      repeats: Number(row["repeats"]),
    }));
  }

  async totals(): Promise<RunTotals> {
    const [totals] = await this.sql.rows<Record<keyof RunTotals, bigint | null>>(`
      SELECT (SELECT count(*) FROM ${this.expected}) AS keys, (SELECT sum(rows) FROM ${this.blocks}) AS rows,
        (SELECT sum(first) FROM ${this.expected}) AS before`);
    const { keys, rows, before } = totals ?? {};
    return { keys: Number(keys ?? 0), rows: Number(rows ?? 0), before: Number(before ?? 0) };
  }

  /** The first missing numbers of a key. */
  async missing({ key, bounds }: RunCount, maxBlocks: number): Promise<NumberRange[]> {
    if (bounds === undefined) return [];
    const here = this.source.keys.map((name) => `${identifier(name)} = ?`).join(" AND ");
    const blocks = await this.sql.rows<{ block: bigint; previous: bigint | null; present: bigint }>(
      `SELECT block, previous, present FROM (
        SELECT block, present, lag(block) OVER (ORDER BY block) AS previous FROM ${this.blocks} WHERE ${here}
      ) WHERE present <> ${allBits} OR coalesce(previous, -1) <> block - 1 ORDER BY block LIMIT ${maxBlocks}`,
      key,
    );
    const [last] = await this.sql.rows<{ block: bigint | null }>(
      `SELECT max(block) AS block FROM ${this.blocks} WHERE ${here}`,
      key,
    );
    const irregular = blocks.map(({ block, previous, present }): IrregularBlock => ({
      block: Number(block),
      previous: previous === null ? undefined : Number(previous),
      present,
    }));
    const lastBlock = last?.block ?? undefined;
    const cut = blocks.length === maxBlocks ? irregular.at(-1)?.block : undefined;
    const next = cut === undefined ? bounds.next : Math.min(bounds.next, (cut + 1) * blockSize);
    return missingRanges(
      { ...bounds, next },
      irregular,
      lastBlock === undefined ? undefined : Number(lastBlock),
    );
  }

  /** The first repeated numbers, in order. */
  async repeats(maxRepeats: number): Promise<Repeat[]> {
    const { keys, source } = this;
    const rows = await this.sql.rows<Record<string, string | number | bigint>>(`
      SELECT ${keys}, number, count(*) FILTER (NOT dead) AS rows, count(*) FILTER (dead) AS dead_letters
      FROM (SELECT *, (number - (number & 63)) // ${blockSize} AS block FROM (${source.numbers}))
        SEMI JOIN (SELECT * FROM ${this.blocks} WHERE rows + dead_letters > bit_count(present)) AS repeated USING (${keys}, block)
      GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT ${maxRepeats}`);
    return rows.map((row) => ({
      key: source.keys.map((name) => keyValue(row[name])),
      number: Number(row["number"]),
      rows: Number(row["rows"]),
      deadLetters: Number(row["dead_letters"]),
    }));
  }

  private get keys(): string {
    return this.source.keys.map(identifier).join(", ");
  }

  private get numbers(): string {
    return this.source.numbers;
  }

  private get blocks(): string {
    return identifier(`${this.source.name}_blocks`);
  }

  private get expected(): string {
    return identifier(`${this.source.name}_expected`);
  }
}

function keyValue(value: string | number | bigint | null | undefined): string | number {
  return typeof value === "bigint" ? Number(value) : (value ?? "");
}
