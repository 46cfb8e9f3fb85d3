import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { CompressionCodecs, CompressionTypes } from "kafkajs";

/* eslint-disable @typescript-eslint/no-require-imports */
const { RecordBatch } = require("kafkajs/src/protocol/recordBatch/v0") as {
  RecordBatch: (fields: object) => Promise<{ buffer: Buffer }>;
};
const encodeRecord = require("kafkajs/src/protocol/recordBatch/record/v0") as (fields: object) => object;
/* eslint-enable @typescript-eslint/no-require-imports */

// What kafkajs compares itself with needs a codec of its own for Zstandard.
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
