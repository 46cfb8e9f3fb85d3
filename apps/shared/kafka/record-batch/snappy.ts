import { snappyCompressor, snappyUncompressor } from "hysnappy";
import { tooLarge } from "./size-limit";
import { VarintReader } from "./varint";

/** The start of a frame of snappy-java (SnappyOutputStream); behind it come its version and the lowest version that can read it. */
const framedMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const framedHeaderBytes = 16;

let compressor: ReturnType<typeof snappyCompressor> | undefined;
/** Replaced after a failure, which may have left its memory in disorder. */
let uncompressor: ReturnType<typeof snappyUncompressor> | undefined;

/** Compresses to one block without a frame, as librdkafka does. */
export function compressSnappy(bytes: Buffer): Buffer {
  compressor ??= snappyCompressor();
  const compressed = compressor(bytes);
  return Buffer.from(compressed.buffer, compressed.byteOffset, compressed.length);
}

/**
 * Decompresses one block without a frame, as librdkafka and others write it, or the blocks of a frame, as Java writes them.
 *
 * @throws Error if the bytes are not snappy's, or would become more than `maxBytes`
 */
export function decompressSnappy(bytes: Buffer, maxBytes: number): Buffer {
  if (!bytes.subarray(0, framedMagic.length).equals(framedMagic)) return decompressBlock(bytes, maxBytes);
  if (bytes.length < framedHeaderBytes) throw new Error("the header of its frame is cut off");
  const parts: Buffer[] = [];
  let left = maxBytes;
  for (let at = framedHeaderBytes; at < bytes.length;) {
    // Several streams may follow each other.
    if (bytes.subarray(at, at + framedMagic.length).equals(framedMagic)) {
      at += framedHeaderBytes;
      continue;
    }
    const length = bytes.length - at < 4 ? 0 : bytes.readUInt32BE(at);
    at += 4;
    if (length === 0 || at + length > bytes.length) throw new Error("a block of its frame is cut off");
    const block = decompressBlock(bytes.subarray(at, at + length), left);
    left -= block.length;
    parts.push(block);
    at += length;
  }
  return Buffer.concat(parts);
}

function decompressBlock(block: Buffer, maxBytes: number): Buffer {
  const length = lengthOf(block);
  if (length > maxBytes) throw tooLarge();
  uncompressor ??= snappyUncompressor();
  try {
    const bytes = uncompressor(block, length);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  } catch (error) {
    uncompressor = undefined;
    throw error;
  }
}

/** How long a block is after decompression, by its own account. */
function lengthOf(block: Buffer): number {
  const length = new VarintReader().readUnsigned(block);
  if (Number.isNaN(length)) throw new Error("it does not begin with its length");
  return length;
}
