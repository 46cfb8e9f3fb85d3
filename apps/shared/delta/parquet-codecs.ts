import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { type CompressionCodec, type Compressors, snappyUncompress } from "hyparquet";
import { decompressLz4, decompressLz4Raw } from "hyparquet-compressors/src/lz4.js";

type Decompress = (input: Uint8Array, outputLength: number) => Uint8Array;

const decompress: Readonly<Partial<Record<CompressionCodec, Decompress>>> = {
  SNAPPY: (input, outputLength) => {
    const output = new Uint8Array(outputLength);
    snappyUncompress(input, output);
    return output;
  },
  GZIP: (input, maxOutputLength) => gunzipSync(input, { maxOutputLength }),
  ZSTD: (input, maxOutputLength) => zstdDecompressSync(input, { maxOutputLength }),
  BROTLI: (input, maxOutputLength) => brotliDecompressSync(input, { maxOutputLength }),
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Raw,
};

/**
 * Every codec that writers of Parquet use, for whoever reads their files. Of an empty page some writers store nothing, which no codec
 * takes for its own.
 */
export const compressors: Compressors = Object.fromEntries(
  Object.entries(decompress).map(([codec, of]): [string, Decompress] => [
    codec,
    (input, outputLength) => (outputLength === 0 ? new Uint8Array() : of(input, outputLength)),
  ]),
);
