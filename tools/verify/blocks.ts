/**
 * Whether numbers that should run without gaps and repeats do so, for very many of them: 64 of them make a block, of which
 * one row says which are there (a bit each) and how many rows had them. Blocks of a table of a billion rows fit into memory.
 */

/** Numbers from `from` up to and with `to`. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** A block with something missing in it or before it. */
export interface IrregularBlock {
  readonly block: number;
  /** The block before it that has anything in it. */
  readonly previous: number | undefined;
  /** Bit i is set if number 64 × block + i is there. */
  readonly present: bigint;
}

export const blockSize = 64;

/**
 * The numbers that are missing of those from `first` up to, but without, `next`.
 * @param blocks at least all irregular ones, in order.
 * @param last the last block that has anything in it.
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
export function showRanges(ranges: readonly NumberRange[], most: number): string {
  const shown = ranges.slice(0, most).map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`));
  return `${shown.join(", ")}${ranges.length > most ? ", …" : ""}`;
}
