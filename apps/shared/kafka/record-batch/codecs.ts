import { promisify } from "node:util";
import {
  gunzip,
  gunzipSync,
  gzip,
  type Zlib,
  zstdCompress,
  zstdDecompress,
  zstdDecompressSync,
  type ZstdOptions,
} from "node:zlib";
import type { Compression } from "../../../../contract/environment/device";
import { compressLz4, decompressLz4 } from "./lz4";
import { isTooLarge, maxDecompressedBytes, tooLarge } from "./size-limit";
import { compressSnappy, decompressSnappy } from "./snappy";

interface Codec {
  compress(records: Buffer): Promise<Buffer>;
  /** @throws Error if the bytes are not this codec's, or would have more than `maxBytes` */
  decompress(records: Buffer, maxBytes: number): Buffer | Promise<Buffer>;
}

/** For fewer bytes, handing them to another thread takes longer than the work. */
const maxInlineBytes = 16_384;

/** Gzip and zstd compress on a thread of Node: gzip takes 10 ms for half a megabyte, in which no sensor could be read. */
const codecs: Readonly<Record<Exclude<Compression, "none">, Codec>> = {
  gzip: { compress: promisify<Buffer, Buffer>(gzip), decompress: decompressGzip },
  snappy: { compress: (records) => Promise.resolve(compressSnappy(records)), decompress: decompressSnappy },
  lz4: { compress: compressLz4, decompress: decompressLz4 },
  zstd: { compress: promisify<Buffer, Buffer>(zstdCompress), decompress: decompressZstd },
};

/** Compresses the records of a batch. */
export function compress(compression: Exclude<Compression, "none">, records: Buffer): Promise<Buffer> {
  return codecs[compression].compress(records);
}

/**
 * Decompresses the records of a batch.
 *
 * @throws Error if they cannot be decompressed, or would have more than `maxBytes`
 */
export async function decompress(
  compression: Compression,
  records: Buffer,
  maxBytes = maxDecompressedBytes,
): Promise<Buffer> {
  if (compression === "none") return records;
  try {
    return await codecs[compression].decompress(records, maxBytes);
  } catch (error) {
    throw isTooLarge(error) ? new Error(`it has more than ${maxBytes} bytes without its compression`) : error;
  }
}

const gunzipInThread = promisify(gunzip) as (bytes: Buffer, options: object) => Promise<Buffer>;

function decompressGzip(records: Buffer, maxBytes: number): Buffer | Promise<Buffer> {
  const options = { maxOutputLength: maxBytes };
  return records.length <= maxInlineBytes ? gunzipSync(records, options) : gunzipInThread(records, options);
}

/** What zlib returns with the option `info`, which its types leave out. */
interface Decompressed {
  readonly buffer: Buffer;
  readonly engine: Zlib;
}
type DecompressFrame<Result> = (bytes: Buffer, options: ZstdOptions) => Result;
const zstdInline = zstdDecompressSync as unknown as DecompressFrame<Decompressed>;
const zstdInThread = promisify(zstdDecompress) as unknown as DecompressFrame<Promise<Decompressed>>;

/** Node's zlib stops silently at the end of the first frame, and a batch may have several. */
async function decompressZstd(records: Buffer, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let rest = records;
  let left = maxBytes;
  do {
    const options = { info: true, maxOutputLength: Math.max(left, 1) };
    const { buffer, engine } =
      rest.length <= maxInlineBytes ? zstdInline(rest, options) : await zstdInThread(rest, options);
    if (engine.bytesWritten === 0) throw new Error("a frame ends too early");
    rest = rest.subarray(engine.bytesWritten);
    left -= buffer.length;
    if (left < 0) throw tooLarge();
    parts.push(buffer);
  } while (rest.length > 0);
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
}
