import { promisify } from "node:util";
import { gunzip, gunzipSync, zstdDecompress, zstdDecompressSync } from "node:zlib";
import { KafkaJSNonRetriableError } from "kafkajs";

/** Codes of compression in the attributes of a batch (Kafka protocol, RecordBatch). */
export const compressionCodes = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

type Decompress = (bytes: Buffer) => Promise<Buffer>;
const gunzipInThread = promisify(gunzip) as Decompress;
const zstdDecompressInThread = promisify(zstdDecompress) as Decompress;

/** Up to here, handing bytes to another thread takes longer than the work. */
const mostAtOnceBytes = 16_384;

/**
 * The records of a batch, without their compression.
 *
 * @throws KafkaJSNonRetriableError for compressions that Node has no library for
 */
export async function decompress(compression: number, records: Buffer): Promise<Buffer> {
  switch (compression) {
    case compressionCodes.none:
      return records;
    case compressionCodes.gzip:
      return records.length <= mostAtOnceBytes ? gunzipSync(records) : gunzipInThread(records);
    case compressionCodes.zstd:
      return records.length <= mostAtOnceBytes
        ? zstdDecompressSync(records)
        : zstdDecompressInThread(records);
    default:
      throw new KafkaJSNonRetriableError(
        `messages are compressed with ${nameOf(compression)}, which cannot be read here; send them with gzip, zstd or none`,
      );
  }
}

function nameOf(compression: number): string {
  const entry = Object.entries(compressionCodes).find(([, code]) => code === compression);
  return entry?.[0] ?? `a compression of number ${compression}`;
}
