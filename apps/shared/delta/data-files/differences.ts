/** The block size that most writers use: four runs of 32 differences. */
const blockSize = 128;
const runsOfBlock = 4;
const runSize = blockSize / runsOfBlock;

/** Differences of differences of numbers up to this size are exact as doubles. */
const largest = 2 ** 51;

let scratch = new Uint8Array(65_536);
let at = 0;
let bits = 0;
let bitCount = 0;
const differences = new Float64Array(blockSize);

/**
 * Encodes integers as differences (Parquet's DELTA_BINARY_PACKED), byte for byte as `hyparquet-writer` does, but
 * without a bigint for each value, which would take most of the time of a flush.
 * @returns the encoded bytes, valid until the next call; undefined if there are no values, or one is beyond ±2^51.
 */
export function packDifferences(values: BigInt64Array): Uint8Array | undefined {
  const count = values.length;
  const halves = new Int32Array(values.buffer, values.byteOffset, count * 2);
  const maxBytes = count * 8 + Math.ceil(count / blockSize) * 20 + 40;
  if (scratch.length < maxBytes) scratch = new Uint8Array(maxBytes * 2);
  at = 0;
  let previous = numberAt(halves, 0);
  if (count === 0 || !isModest(previous)) return undefined;
  putVarint(blockSize);
  putVarint(runsOfBlock);
  putVarint(count);
  putZigzag(previous);

  for (let from = 1; from < count; from += blockSize) {
    const size = Math.min(blockSize, count - from);
    let min = Number.POSITIVE_INFINITY;
    for (let index = 0; index < size; index++) {
      const value = numberAt(halves, from + index);
      if (!isModest(value)) return undefined;
      const difference = value - previous;
      differences[index] = difference;
      if (difference < min) min = difference;
      previous = value;
    }
    putZigzag(min);
    putBlock(size, min);
  }
  return scratch.subarray(0, at);
}

/** Writes the bit width of each run, and then the runs; a run beyond the last value has the width 0. */
function putBlock(size: number, min: number): void {
  const widths = at;
  at += runsOfBlock;
  for (let run = 0; run < runsOfBlock; run++) {
    const start = run * runSize;
    const end = Math.min(start + runSize, size);
    let max = 0;
    for (let index = start; index < end; index++) max = Math.max(max, (differences[index] ?? 0) - min);
    const width = bitWidth(max);
    scratch[widths + run] = width;
    if (width === 0) continue;
    for (let index = start; index < start + runSize; index++) {
      putBits(index < end ? (differences[index] ?? 0) - min : 0, width);
    }
  }
}

/** Appends the lowest bits of a number, least significant first; a run of 32 numbers always ends with a whole byte. */
function putBits(value: number, width: number): void {
  let rest = value;
  let left = width;
  while (left > 0) {
    // Together with up to 7 pending bits, this fits a signed 32-bit number.
    const taken = Math.min(left, 24);
    bits |= (rest % 2 ** taken) << bitCount;
    bitCount += taken;
    while (bitCount >= 8) {
      scratch[at++] = bits & 0xff;
      bits >>>= 8;
      bitCount -= 8;
    }
    rest = Math.floor(rest / 2 ** taken);
    left -= taken;
  }
}

function bitWidth(value: number): number {
  return value < 2 ** 32 ? 32 - Math.clz32(value) : 64 - Math.clz32(Math.floor(value / 2 ** 32));
}

function putZigzag(value: number): void {
  putVarint(value < 0 ? -value * 2 - 1 : value * 2);
}

function putVarint(value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) scratch[at++] = (rest % 0x80) + 0x80;
  scratch[at++] = rest;
}

function numberAt(halves: Int32Array, index: number): number {
  return (halves[index * 2 + 1] ?? 0) * 2 ** 32 + ((halves[index * 2] ?? 0) >>> 0);
}

function isModest(value: number): boolean {
  return value >= -largest && value <= largest;
}
