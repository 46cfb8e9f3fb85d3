import type { Compression } from "../../../../contract/environment/device";
import { crc32c } from "./crc32c";

/*
 * The header of a RecordBatch, version 2 (KIP-98; org.apache.kafka.common.record.DefaultRecordBatch), in which producers send records and
 * brokers store them:
 *
 * RecordBatch => base_offset:INT64 batch_length:INT32 partition_leader_epoch:INT32 magic:INT8 crc:UINT32 attributes:INT16
 *     last_offset_delta:INT32 base_timestamp:INT64 max_timestamp:INT64 producer_id:INT64 producer_epoch:INT16 base_sequence:INT32
 *     records_count:INT32 [records]
 */

/** The byte at which each part of the header begins. Those up to the magic byte are the same in all formats that Kafka has had. */
export const headerAt = {
  length: 8,
  /** From here on bytes count for the length. */
  lengthEnd: 12,
  leaderEpoch: 12,
  magic: 16,
  checksum: 17,
  /** From here on the checksum guards the batch. */
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  firstSequence: 53,
  count: 57,
  records: 61,
} as const;

/** The length of the header in bytes. */
export const batchHeaderBytes = headerAt.records;

/** The format since Kafka 0.11. */
export const magicOfBatches = 2;

const noLeaderEpoch = -1;
export const compressionMask = 0x07;
const appendTimeFlag = 0x08;
const transactionalFlag = 0x10;
const controlFlag = 0x20;

/** The codecs of org.apache.kafka.common.record.CompressionType: the lowest three bits of a batch's attributes. */
const compressionCodes: Readonly<Record<Compression, number>> = {
  none: 0,
  gzip: 1,
  snappy: 2,
  lz4: 3,
  zstd: 4,
};

/** The codec that a batch names by its number; undefined if there is none of this number. */
export function compressionOf(code: number): Compression | undefined {
  const names = Object.keys(compressionCodes) as Compression[];
  return names.find((name) => compressionCodes[name] === code);
}

/** By this, brokers recognise a batch that they have already (KIP-98). */
export interface ProducerState {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** The position of the batch's first record among all records that this producer has sent to the partition. */
  readonly baseSequence: number;
}

/** What a producer writes into the header of a batch. */
export interface BatchHeader extends ProducerState {
  readonly compression: Compression;
  /** The number of records. */
  readonly count: number;
  /** Time of the first record. */
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
}

/**
 * Writes the header of a batch whose records are in place.
 * @param batch from its header to its last record
 */
export function writeBatchHeader(batch: Buffer, header: BatchHeader): void {
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - headerAt.lengthEnd, headerAt.length);
  batch.writeInt32BE(noLeaderEpoch, headerAt.leaderEpoch);
  batch.writeInt8(magicOfBatches, headerAt.magic);
  batch.writeInt16BE(compressionCodes[header.compression], headerAt.attributes);
  batch.writeInt32BE(header.count - 1, headerAt.lastOffsetDelta);
  batch.writeBigInt64BE(BigInt(header.baseTimestampMs), headerAt.firstTimestamp);
  batch.writeBigInt64BE(BigInt(header.maxTimestampMs), headerAt.maxTimestamp);
  batch.writeBigInt64BE(header.producerId, headerAt.producerId);
  batch.writeInt16BE(header.producerEpoch, headerAt.producerEpoch);
  batch.writeInt32BE(header.baseSequence, headerAt.firstSequence);
  batch.writeInt32BE(header.count, headerAt.count);
  batch.writeUInt32BE(crc32c(batch, headerAt.attributes), headerAt.checksum);
}

/** The header of a record's batch as kafkajs hands it out with the record. 64-bit numbers are texts. */
export interface BatchContext {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly partitionLeaderEpoch: number;
  readonly inTransaction: boolean;
  readonly isControlBatch: boolean;
  readonly lastOffsetDelta: number;
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly maxTimestamp: string;
  /** 1 if the records have the broker's time. */
  readonly timestampType: number;
  readonly magicByte: number;
}

/** A batch as producers send it and brokers store it. Its records may be compressed. */
export interface StoredBatch {
  readonly context: BatchContext;
  readonly firstOffset: number;
  /** The last offset when the batch was written: the record itself may have been compacted away. */
  readonly lastOffset: number;
  /** The number of its codec, see {@link compressionOf}. */
  readonly compression: number;
  readonly count: number;
  /** The whole batch with its header. */
  readonly bytes: Buffer;
  /** All records, one after the other. */
  readonly records: Buffer;
}

/** Reads the header of a batch. @param bytes the whole batch */
export function readBatch(bytes: Buffer): StoredBatch {
  const firstOffset = bytes.readBigInt64BE(0);
  const attributes = bytes.readInt16BE(headerAt.attributes);
  const lastOffsetDelta = bytes.readInt32BE(headerAt.lastOffsetDelta);
  return {
    context: {
      firstOffset: String(firstOffset),
      partitionLeaderEpoch: bytes.readInt32BE(headerAt.leaderEpoch),
      magicByte: magicOfBatches,
      inTransaction: (attributes & transactionalFlag) > 0,
      isControlBatch: (attributes & controlFlag) > 0,
      timestampType: (attributes & appendTimeFlag) > 0 ? 1 : 0,
      lastOffsetDelta,
      firstTimestamp: String(bytes.readBigInt64BE(headerAt.firstTimestamp)),
      maxTimestamp: String(bytes.readBigInt64BE(headerAt.maxTimestamp)),
      producerId: String(bytes.readBigInt64BE(headerAt.producerId)),
      producerEpoch: bytes.readInt16BE(headerAt.producerEpoch),
      firstSequence: bytes.readInt32BE(headerAt.firstSequence),
    },
    firstOffset: Number(firstOffset),
    lastOffset: Number(firstOffset) + lastOffsetDelta,
    compression: attributes & compressionMask,
    count: bytes.readInt32BE(headerAt.count),
    bytes,
    records: bytes.subarray(headerAt.records),
  };
}
