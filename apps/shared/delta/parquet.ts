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

/** The memory of some bytes, as the Parquet library takes it: that of the array itself, copied only if it is a part of more. */
export function exactBuffer({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return byteLength === buffer.byteLength && buffer instanceof ArrayBuffer
    ? buffer
    : (buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
}

// What is no UTF-8 becomes U+FFFD; a byte-order mark at the begin belongs to the text.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads texts for the Parquet library whole: by itself it takes a U+FEFF at their beginning away. */
export const exactText = {
  stringFromBytes: (bytes: Uint8Array | undefined): string | undefined => bytes && decoder.decode(bytes),
};
