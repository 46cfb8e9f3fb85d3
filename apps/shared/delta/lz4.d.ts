/** The package's LZ4 alone: its entry would bring all of its codecs into every bundle. It has no types of its own. */
declare module "hyparquet-compressors/src/lz4.js" {
  /** Blocks as Hadoop frames them, or without a frame. */
  export function decompressLz4(input: Uint8Array, outputLength: number): Uint8Array;
  export function decompressLz4Raw(input: Uint8Array, outputLength: number): Uint8Array;
}
