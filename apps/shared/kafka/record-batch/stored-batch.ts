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
  /** The whole batch, header and all. */
  readonly bytes: Buffer;
  /** All records, one after the other. */
  readonly records: Buffer;
}

/** Where the parts of a batch's header are. Those up to the magic byte are the same in all formats that Kafka has had. */
export const headerPlaces = {
  length: 8,
  /** What the length does not count. */
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

/** Since Kafka 0.11. */
export const magicOfBatches = 2;

export const compressionMask = 0x07;
const appendTimeFlag = 0x08;
const transactionalFlag = 0x10;
const controlFlag = 0x20;

/** Reads a batch's header. @param bytes of the whole batch */
export function readBatch(bytes: Buffer): RecordBatch {
  const at = headerPlaces;
  const firstOffset = bytes.readBigInt64BE(0);
  const attributes = bytes.readInt16BE(at.attributes);
  const lastOffsetDelta = bytes.readInt32BE(at.lastOffsetDelta);
  return {
    context: {
      firstOffset: String(firstOffset),
      partitionLeaderEpoch: bytes.readInt32BE(at.leaderEpoch),
      magicByte: magicOfBatches,
      inTransaction: (attributes & transactionalFlag) > 0,
      isControlBatch: (attributes & controlFlag) > 0,
      timestampType: (attributes & appendTimeFlag) > 0 ? 1 : 0,
      lastOffsetDelta,
      firstTimestamp: String(bytes.readBigInt64BE(at.firstTimestamp)),
      maxTimestamp: String(bytes.readBigInt64BE(at.maxTimestamp)),
      producerId: String(bytes.readBigInt64BE(at.producerId)),
      producerEpoch: bytes.readInt16BE(at.producerEpoch),
      firstSequence: bytes.readInt32BE(at.firstSequence),
    },
    firstOffset: Number(firstOffset),
    lastOffset: Number(firstOffset) + lastOffsetDelta,
    compression: attributes & compressionMask,
    count: bytes.readInt32BE(at.count),
    bytes,
    records: bytes.subarray(at.records),
  };
}
