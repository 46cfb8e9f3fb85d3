import type { Compression } from "../../../../contract/environment/device";

/** org.apache.kafka.common.record.CompressionType: the lowest three bits of a batch's attributes. */
export const compressionCodes: Readonly<Record<Compression, number>> = {
  none: 0,
  gzip: 1,
  snappy: 2,
  lz4: 3,
  zstd: 4,
};

/** How records are compressed, by the number in their batch; undefined for one that stands for nothing. */
export function compressionOf(code: number): Compression | undefined {
  const names = Object.keys(compressionCodes) as Compression[];
  return names.find((name) => compressionCodes[name] === code);
}
