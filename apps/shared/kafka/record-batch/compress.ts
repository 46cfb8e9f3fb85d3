import { promisify } from "node:util";
import { gzip, zstdCompress } from "node:zlib";
import type { Compression } from "../../../../contract/environment/device";
import { batchHeaderBytes } from "./batch-header";
import { compressLz4 } from "./lz4";
import { compressSnappy } from "./snappy";

/** Records in compressed form. */
export interface CompressedRecords {
  readonly compression: Compression;
  /** Room for the header, and the records behind it. */
  readonly batch: Buffer;
}

/** Gzip and zstd on a thread of Node's own: a batch of half a megabyte takes gzip 10 ms, in which no sensor could be read. */
const compressors: Readonly<Record<Exclude<Compression, "none">, (records: Buffer) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, Buffer>(gzip),
  snappy: (records) => Promise.resolve(compressSnappy(records)),
  lz4: compressLz4,
  zstd: promisify<Buffer, Buffer>(zstdCompress),
};

/** Compresses the records of a batch; nothing where they are sent as they are. */
export async function compressRecords(
  compression: Compression,
  records: Buffer,
): Promise<CompressedRecords | undefined> {
  if (compression === "none") return undefined;
  const compressed = await compressors[compression](records);
  return { compression, batch: Buffer.concat([Buffer.allocUnsafe(batchHeaderBytes), compressed]) };
}
