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
 * Decompressors of all codecs that Parquet writers use. Some writers store no bytes for an empty page, which no codec accepts.
 */
export const compressors: Compressors = Object.fromEntries(
  Object.entries(decompress).map(([codec, of]): [string, Decompress] => [
    codec,
    (input, outputLength) => (outputLength === 0 ? new Uint8Array() : of(input, outputLength)),
  ]),
);

/** The buffer of some bytes, as the Parquet library requires it: copied only if the bytes are a part of a larger buffer. */
export function exactBuffer({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return byteLength === buffer.byteLength && buffer instanceof ArrayBuffer
    ? buffer
    : (buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
}

// Invalid UTF-8 becomes U+FFFD; a byte-order mark at the start belongs to the text.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Parses texts for the Parquet library unchanged: by itself, it removes a U+FEFF at their start. */
export const exactText = {
  stringFromBytes: (bytes: Uint8Array | undefined): string | undefined => bytes && decoder.decode(bytes),
};
