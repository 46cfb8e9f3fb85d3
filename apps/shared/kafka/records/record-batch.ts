import { KafkaJSError } from "kafkajs";

/** What kafkajs tells of a record's batch. 64-bit numbers are texts. */
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
  /** 1 if the broker's clock counts. */
  readonly timestampType: number;
  readonly magicByte: number;
}

/** A batch as brokers store it (Kafka protocol, RecordBatch), with its records as they are: compressed or not. */
export interface RecordBatch {
  readonly context: BatchContext;
  readonly firstOffset: number;
  /** Of the batch when it was written: the record itself may have been compacted away. */
  readonly lastOffset: number;
  /** Code of the compression, as {@link ../records/compression} knows them; 0 for none. */
  readonly compression: number;
  readonly count: number;
  /** All records, one after the other. */
  readonly records: Buffer;
}

const lengthAt = 8;
/** What the batch's length does not count. */
const lengthEnd = 12;
const magicAt = 16;
const recordsAt = 61;
const magicOfBatches = 2;

const compressionMask = 0x07;
const appendTimeFlag = 0x08;
const transactionalFlag = 0x10;
const controlFlag = 0x20;

/**
 * Finds the batches of what a broker sent. The last one may be cut off: then it is left out, as it will be asked for again.
 *
 * @throws KafkaJSError for messages in a format older than that of Kafka 0.11, which brokers do not write since 3.0
 */
export function* batchesOf(recordSet: Buffer): Generator<RecordBatch, void> {
  let at = 0;
  while (recordSet.length - at >= recordsAt) {
    const end = at + lengthEnd + recordSet.readInt32BE(at + lengthAt);
    const magic = recordSet.readInt8(at + magicAt);
    if (magic !== magicOfBatches)
      throw new KafkaJSError(
        `messages from offset ${recordSet.readBigInt64BE(at)} on are in format ${magic}, which is older than Kafka 0.11`,
      );
    if (end > recordSet.length) return;
    yield readBatch(recordSet.subarray(at, end));
    at = end;
  }
}

function readBatch(bytes: Buffer): RecordBatch {
  const firstOffset = bytes.readBigInt64BE(0);
  const attributes = bytes.readInt16BE(21);
  const lastOffsetDelta = bytes.readInt32BE(23);
  return {
    context: {
      firstOffset: String(firstOffset),
      partitionLeaderEpoch: bytes.readInt32BE(12),
      magicByte: magicOfBatches,
      inTransaction: (attributes & transactionalFlag) > 0,
      isControlBatch: (attributes & controlFlag) > 0,
      timestampType: (attributes & appendTimeFlag) > 0 ? 1 : 0,
      lastOffsetDelta,
      firstTimestamp: String(bytes.readBigInt64BE(27)),
      maxTimestamp: String(bytes.readBigInt64BE(35)),
      producerId: String(bytes.readBigInt64BE(43)),
      producerEpoch: bytes.readInt16BE(51),
      firstSequence: bytes.readInt32BE(53),
    },
    firstOffset: Number(firstOffset),
    lastOffset: Number(firstOffset) + lastOffsetDelta,
    compression: attributes & compressionMask,
    count: bytes.readInt32BE(57),
    records: bytes.subarray(recordsAt),
  };
}
