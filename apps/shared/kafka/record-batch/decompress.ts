import { promisify } from "node:util";
import {
  gunzip,
  gunzipSync,
  type Zlib,
  zstdDecompress,
  zstdDecompressSync,
  type ZstdOptions,
} from "node:zlib";
import type { Compression } from "../../../../contract/environment/device";
import { decompressLz4 } from "./lz4";
import { isTooLarge, maxDecompressedBytes, tooLarge } from "./size-limit";
import { decompressSnappy } from "./snappy";

/** Up to here, handing bytes to another thread takes longer than the work. */
const maxAtOnceBytes = 16_384;

/**
 * The records of a batch, without their compression.
 *
 * @throws Error if they cannot be decompressed, or would have more than `maxBytes`
 */
export async function decompress(
  compression: Compression,
  records: Buffer,
  maxBytes = maxDecompressedBytes,
): Promise<Buffer> {
  try {
    switch (compression) {
      case "none":
        return records;
      case "gzip":
        return await decompressGzip(records, maxBytes);
      case "snappy":
        return decompressSnappy(records, maxBytes);
      case "lz4":
        return decompressLz4(records, maxBytes);
      case "zstd":
        return await decompressZstd(records, maxBytes);
    }
  } catch (error) {
    throw isTooLarge(error) ? new Error(`it has more than ${maxBytes} bytes without its compression`) : error;
  }
}

const gunzipInThread = promisify(gunzip) as (bytes: Buffer, options: object) => Promise<Buffer>;

async function decompressGzip(records: Buffer, maxBytes: number): Promise<Buffer> {
  const options = { maxOutputLength: maxBytes };
  return records.length <= maxAtOnceBytes ? gunzipSync(records, options) : gunzipInThread(records, options);
}

/** What zlib answers when it is asked for its engine, too. */
interface Decompressed {
  readonly buffer: Buffer;
  readonly engine: Zlib;
}
type DecompressFrame<Result> = (bytes: Buffer, options: ZstdOptions) => Result;
const zstdAtOnce = zstdDecompressSync as unknown as DecompressFrame<Decompressed>;
const zstdInThread = promisify(zstdDecompress) as unknown as DecompressFrame<Promise<Decompressed>>;

/** Node's zlib stops silently at the end of the first frame, and a batch may have several. */
async function decompressZstd(records: Buffer, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let rest = records;
  let left = maxBytes;
  do {
    const options = { info: true, maxOutputLength: Math.max(left, 1) };
    const { buffer, engine } =
      rest.length <= maxAtOnceBytes ? zstdAtOnce(rest, options) : await zstdInThread(rest, options);
    if (engine.bytesWritten === 0) throw new Error("a frame ends too early");
    rest = rest.subarray(engine.bytesWritten);
    left -= buffer.length;
    if (left < 0) throw tooLarge();
    parts.push(buffer);
  } while (rest.length > 0);
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
}
