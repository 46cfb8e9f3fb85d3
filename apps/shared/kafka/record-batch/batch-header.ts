import type { Compression } from "../../../../contract/environment/device";
import { crc32c } from "./crc32c";
import { compressionCodes } from "./compression-codes";

/** By what brokers recognise a batch that they have already (KIP-98). */
export interface BatchStamp {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** The place of the batch's first record among those of this producer in this partition. */
  readonly baseSequence: number;
}

/** What stands in a batch's header. */
export interface BatchHeader extends BatchStamp {
  readonly compression: Compression;
  /** How many records. */
  readonly count: number;
  /** Time of the first record. */
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
}

/** How long the header is. */
export const batchHeaderBytes = 61;

const magic = 2;
const noLeaderEpoch = -1;
/** Offset and length stand before what the length counts. */
const uncountedBytes = 12;
/** From the attributes on, the checksum guards the batch. */
const attributesAt = 21;

/**
 * Writes the header of a batch whose records are there already.
 *
 * RecordBatch => base_offset:INT64 batch_length:INT32 partition_leader_epoch:INT32 magic:INT8 crc:UINT32 attributes:INT16
 *     last_offset_delta:INT32 base_timestamp:INT64 max_timestamp:INT64 producer_id:INT64 producer_epoch:INT16 base_sequence:INT32
 *     records_count:INT32 [records]
 * @param batch from its header to its last record
 */
export function writeBatchHeader(batch: Buffer, header: BatchHeader): void {
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - uncountedBytes, 8);
  batch.writeInt32BE(noLeaderEpoch, 12);
  batch.writeInt8(magic, 16);
  batch.writeInt16BE(compressionCodes[header.compression], attributesAt);
  batch.writeInt32BE(header.count - 1, 23);
  batch.writeBigInt64BE(BigInt(header.baseTimestampMs), 27);
  batch.writeBigInt64BE(BigInt(header.maxTimestampMs), 35);
  batch.writeBigInt64BE(header.producerId, 43);
  batch.writeInt16BE(header.producerEpoch, 51);
  batch.writeInt32BE(header.baseSequence, 53);
  batch.writeInt32BE(header.count, 57);
  batch.writeUInt32BE(crc32c(batch, attributesAt), 17);
}
