import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { CompressionCodecs, CompressionTypes } from "kafkajs";
import { crc32c } from "../record-batch/crc32c";
import { compressLz4, decompressLz4 } from "../record-batch/lz4";
import { headerPlaces } from "../record-batch/stored-batch";
import { maxDecompressedBytes } from "../record-batch/size-limit";
import { compressSnappy, decompressSnappy } from "../record-batch/snappy";

/* eslint-disable @typescript-eslint/no-require-imports */
const { RecordBatch } = require("kafkajs/src/protocol/recordBatch/v0") as {
  RecordBatch: (fields: object) => Promise<{ buffer: Buffer }>;
};
const encodeRecord = require("kafkajs/src/protocol/recordBatch/record/v0") as (fields: object) => object;
/* eslint-enable @typescript-eslint/no-require-imports */

// What kafkajs compares itself with needs codecs for all but gzip.
CompressionCodecs[CompressionTypes.Snappy] = () => ({
  compress: ({ buffer }: { buffer: Buffer }) => Promise.resolve(compressSnappy(buffer)),
  decompress: (buffer: Buffer) => Promise.resolve(decompressSnappy(buffer, maxDecompressedBytes)),
});
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: ({ buffer }: { buffer: Buffer }) => compressLz4(buffer),
  decompress: (buffer: Buffer) => Promise.resolve(decompressLz4(buffer, maxDecompressedBytes)),
});
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: ({ buffer }: { buffer: Buffer }) => Promise.resolve(zstdCompressSync(buffer)),
  decompress: (buffer: Buffer) => Promise.resolve(zstdDecompressSync(buffer)),
});

/** A record to encode; what is left out is made up. */
export interface Message {
  readonly key?: string | null;
  readonly value?: string | null;
  readonly offsetDelta?: number;
  readonly timestampDelta?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** Gives a batch that was changed the checksum of its bytes. */
export function withChecksum(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch, headerPlaces.attributes), headerPlaces.checksum);
  return batch;
}

/** A batch as kafkajs writes it, from offset 1000 on unless `fields` say otherwise. */
export async function encodeBatch(messages: readonly Message[], fields: object = {}): Promise<Buffer> {
  const records = messages.map((message, index) =>
    encodeRecord({ offsetDelta: index, timestampDelta: index, key: "k", value: `v${index}`, ...message }),
  );
  const batch = {
    firstOffset: 1000,
    firstTimestamp: 1795392000000,
    maxTimestamp: 1795392000099,
    lastOffsetDelta: messages.length - 1,
    records,
    ...fields,
  };
  return (await RecordBatch({ partitionLeaderEpoch: 0, producerId: -1, firstSequence: 0, ...batch })).buffer;
}
