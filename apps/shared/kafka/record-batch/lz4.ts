import { tooLarge } from "./size-limit";

/**
 * LZ4's frames (lz4_Frame_format.md), as Kafka uses them since 0.10 (KIP-57). This is not left to a library: when bytes are corrupt, the
 * complete libraries on npm either write beyond their output and read beyond their input, or stop working after some failures.
 */
const frameMagic = 0x184d2204;
/** The first of sixteen numbers that begin a frame without data. */
const skippableMagic = 0x184d2a50;
const versionMask = 0xc0;
const version = 0x40;
const flags = { blockChecksums: 0x10, contentSize: 0x08, contentChecksum: 0x04, dictionary: 0x01 } as const;
const checksumBytes = 4;
const uncompressedFlag = 0x8000_0000;
/** Bits 4 to 6 of the block descriptor stand for 64 KB to 4 MB. */
const maxBlockBytes = (descriptor: number): number => 2 ** (8 + 2 * ((descriptor >> 4) & 7));
const minBlockCode = 4;
const minMatch = 4;
/** About how many times longer records are than their compressed form. */
const expectedRatio = 4;
/** Copying fewer bytes than this one by one is faster than a call out of JavaScript. */
const fewBytes = 24;

/** Compresses to a frame whose blocks do not refer to each other; the Java client reads no others. */
export async function compressLz4(bytes: Buffer): Promise<Buffer> {
  // 70 kB and its own memory, which only devices with this compression need.
  const { lz4Compress } = await import("@platformatic/wasm-utils/bundled");
  return lz4Compress(bytes);
}

/**
 * Decompresses frames, one behind the other. It skips their checksums: a batch has one over all of its bytes.
 *
 * @throws Error if the bytes are not LZ4's, or would become more than `maxBytes`
 */
export function decompressLz4(bytes: Buffer, maxBytes: number): Buffer {
  const output = new Output(maxBytes);
  const input = new Input(bytes);
  do {
    const magic = input.uint32();
    if (magic === frameMagic) readFrame(input, output);
    else if (((magic ^ skippableMagic) & ~0xf) === 0) input.skip(input.uint32());
    else
      throw new Error(`a frame begins with ${magic.toString(16)}, not with LZ4's ${frameMagic.toString(16)}`);
  } while (!input.isAtEnd);
  return output.take();
}

function readFrame(input: Input, output: Output): void {
  const flag = input.byte();
  if ((flag & versionMask) !== version) throw new Error("a frame is of an unknown version");
  if ((flag & flags.dictionary) !== 0) throw new Error("a frame needs a dictionary");
  const descriptor = input.byte();
  if (((descriptor >> 4) & 7) < minBlockCode) throw new Error("a frame's blocks are of an unknown length");
  if ((flag & flags.contentSize) !== 0) input.skip(8);
  input.skip(1);
  // Blocks may refer to the output of earlier blocks of their frame.
  const frameAt = output.length;
  for (let size = input.uint32(); size !== 0; size = input.uint32()) {
    const length = size % uncompressedFlag;
    const from = input.skip(length);
    if (size >= uncompressedFlag) output.literals(input.bytes, from, length);
    else
      readBlock(input.bytes, from, from + length, { output, frameAt, maxBytes: maxBlockBytes(descriptor) });
    if ((flag & flags.blockChecksums) !== 0) input.skip(checksumBytes);
  }
  if ((flag & flags.contentChecksum) !== 0) input.skip(checksumBytes);
}

interface BlockTarget {
  readonly output: Output;
  readonly frameAt: number;
  /** The most bytes that a block can become. */
  readonly maxBytes: number;
}

/** block => [token literal_length literals offset match_length]; the last sequence has no match */
function readBlock(
  bytes: Buffer,
  from: number,
  end: number,
  { output, frameAt, maxBytes }: BlockTarget,
): void {
  output.reserve(Math.min(maxBytes, expectedRatio * (end - from)));
  const blockAt = output.length;
  let at = from;
  /** The rest of a length: the sum of bytes up to the first that is not 255. */
  const more = (): number => {
    let sum = 0;
    for (;;) {
      if (at >= end) throw new Error("a block is cut off");
      const byte = bytes[at++] as number;
      sum += byte;
      if (byte !== 255) return sum;
    }
  };
  while (at < end) {
    const token = bytes[at++] as number;
    const literals = token >> 4 === 15 ? 15 + more() : token >> 4;
    if (literals > end - at) throw new Error("a block is cut off");
    output.literals(bytes, at, literals);
    at += literals;
    if (at === end) break;
    if (end - at < 2) throw new Error("a block is cut off");
    const distance = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    at += 2;
    const length = minMatch + ((token & 15) === 15 ? 15 + more() : token & 15);
    if (distance === 0 || distance > output.length - frameAt)
      throw new Error("a block refers to bytes before its frame");
    output.repeat(distance, length);
  }
  if (output.length - blockAt > maxBytes) throw new Error("a block is longer than its frame allows");
}

/** Bytes that are read one after the other. Methods throw at the end. */
class Input {
  private at = 0;

  constructor(readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    return this.bytes.readUInt8(this.skip(1));
  }

  uint32(): number {
    return this.bytes.readUInt32LE(this.skip(4));
  }

  /** @returns where the skipped bytes begin */
  skip(length: number): number {
    if (length > this.bytes.length - this.at) throw new Error("a frame is cut off");
    this.at += length;
    return this.at - length;
  }
}

/** Bytes that grow up to a limit. */
class Output {
  length = 0;
  private bytes = Buffer.alloc(0);

  constructor(private readonly maxBytes: number) {}

  take(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  /** Makes room for a whole block at once rather than for each of its parts. */
  reserve(length: number): void {
    const needed = Math.min(this.length + length, this.maxBytes);
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.min(this.maxBytes, Math.max(needed, 2 * this.bytes.length)));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  literals(source: Buffer, from: number, length: number): void {
    this.makeRoom(length);
    const { bytes, length: at } = this;
    if (length < fewBytes)
      for (let place = 0; place < length; place++) bytes[at + place] = source[from + place] as number;
    else source.copy(bytes, at, from, from + length);
    this.length = at + length;
  }

  /** Appends the bytes that begin `distance` bytes before the end; they may overlap with the appended bytes. */
  repeat(distance: number, length: number): void {
    this.makeRoom(length);
    const { bytes, length: at } = this;
    const from = at - distance;
    if (length < fewBytes || distance < length)
      for (let place = 0; place < length; place++) bytes[at + place] = bytes[from + place] as number;
    else bytes.copyWithin(at, from, from + length);
    this.length = at + length;
  }

  private makeRoom(length: number): void {
    if (this.length + length <= this.bytes.length) return;
    if (this.length + length > this.maxBytes) throw tooLarge();
    this.reserve(length);
  }
}
