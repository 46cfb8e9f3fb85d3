import { CompressionCodecs, CompressionTypes, type KafkaMessage } from "kafkajs";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { compressLz4, decompressLz4 } from "../../record-batch/lz4";
import { maxDecompressedBytes } from "../../record-batch/size-limit";
import { compressSnappy, decompressSnappy } from "../../record-batch/snappy";

// What kafkajs documents.
export { CompressionTypes, logLevel, Partitioners } from "kafkajs";

/*
 * Parts of kafkajs 2.2.4 as it delivers them. Tests compare our own reading and writing with them, and check that nothing has changed them
 * for the process. Together with transport/kafkajs-internals.ts this is the only file that reaches into kafkajs.
 */

/** The answer to Fetch as kafkajs decodes it. */
export interface FetchAnswer {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly messages: KafkaMessage[];
      readonly abortedTransactions: object[];
    }[];
  }[];
}

export interface FetchEncoder {
  readonly buffer: Buffer;
  writeInt16(value: number): FetchEncoder;
  writeInt32(value: number): FetchEncoder;
  writeInt64(value: number): FetchEncoder;
  writeString(value: string): FetchEncoder;
  writeBuffer(value: Buffer): FetchEncoder;
  writeVarLong(value: string): FetchEncoder;
}

/** A record batch as kafkajs decodes it. */
export interface DecodedBatch {
  readonly firstOffset: string;
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly lastOffsetDelta: number;
  readonly firstTimestamp: string;
  readonly maxTimestamp: string;
  readonly records: readonly {
    readonly key: Buffer;
    readonly value: Buffer;
    readonly timestamp: string;
    readonly offset: string;
    readonly headers: Readonly<Record<string, Buffer>>;
  }[];
}

interface RequestDefinition {
  protocol(of: { readonly version: number }): (question: object) => { readonly response: object };
}

interface KafkajsQueue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: unknown;
  scheduleCheckPendingRequests(): void;
  destroy(): void;
}

/* eslint-disable @typescript-eslint/no-require-imports */
export const fetchResponse = require("kafkajs/src/protocol/requests/fetch/v11/response") as {
  decode: (payload: Buffer) => Promise<FetchAnswer>;
};
export const fetchDefinition = require("kafkajs/src/protocol/requests/fetch") as RequestDefinition;
export const metadataResponse = require("kafkajs/src/protocol/requests/metadata/v6/response") as {
  parse: (data: object) => Promise<object>;
};
export const metadataDefinition = require("kafkajs/src/protocol/requests/metadata") as RequestDefinition;
export const RequestQueue = require("kafkajs/src/network/requestQueue") as new (
  options: object,
) => KafkajsQueue;
/** What kafkajs makes of one partition of an answer. */
export const Batch = require("kafkajs/src/consumer/batch") as new (
  topic: string,
  fetchedOffset: string,
  partition: object,
) => { readonly messages: KafkaMessage[]; firstOffset(): string | null; lastOffset(): string };
export const Encoder = require("kafkajs/src/protocol/encoder") as new () => FetchEncoder;
export const Decoder = require("kafkajs/src/protocol/decoder") as new (bytes: Buffer) => object;
export const decodeRecordBatch = require("kafkajs/src/protocol/recordBatch/v0/decoder") as (
  decoder: object,
) => Promise<DecodedBatch>;
export const { RecordBatch: encodeRecordBatch } = require("kafkajs/src/protocol/recordBatch/v0") as {
  RecordBatch: (fields: object) => Promise<{ buffer: Buffer }>;
};
export const kafkajsProduce = require("kafkajs/src/protocol/requests/produce/v7/request") as (
  request: object,
) => { encode(): Promise<{ readonly buffer: Buffer }> };
export const kafkajsCrc32c = require("kafkajs/src/protocol/recordBatch/crc32C") as (bytes: Buffer) => number;
export const encodeRecord = require("kafkajs/src/protocol/recordBatch/record/v0") as (
  fields: object,
) => object;
/* eslint-enable @typescript-eslint/no-require-imports */

/** Gives kafkajs codecs for all compressions; it has only gzip. For this process, which must be a test. */
export function addCodecs(): void {
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
}
