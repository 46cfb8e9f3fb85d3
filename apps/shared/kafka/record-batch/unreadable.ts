import type { BatchContext } from "./batch-header";
import type { MessageHeaders } from "./record-view";

/** A batch, or bytes in its place, whose records cannot be read. */
export interface UnreadableBatch {
  /** The first of its offsets that is to be read, and the last. */
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** Why, in a few words. */
  readonly problem: string;
  /** The whole batch as the broker stores it. */
  readonly bytes: Buffer;
  /** Its times, producer and kind; undefined if its header cannot be trusted. */
  readonly context: BatchContext | undefined;
}

export function isUnreadable(batch: object): batch is UnreadableBatch {
  return "problem" in batch;
}

/** Kafka's number for a message without a time. */
const noTime = -1;

const unknownContext: BatchContext = {
  firstOffset: "-1",
  firstTimestamp: String(noTime),
  partitionLeaderEpoch: -1,
  inTransaction: false,
  isControlBatch: false,
  lastOffsetDelta: 0,
  producerId: "-1",
  producerEpoch: -1,
  firstSequence: -1,
  maxTimestamp: String(noTime),
  timestampType: 0,
  magicByte: 2,
};

/**
 * A message that exists and cannot be read, because its whole batch cannot be read. The first message of a batch has the batch's bytes as
 * its value, the others have none.
 */
export class UnreadableRecord {
  readonly key = null;
  readonly attributes = 0;
  readonly headers: MessageHeaders = {};
  readonly magicByte = 2;

  constructor(
    readonly batch: UnreadableBatch,
    /** Kafka's offset as a number. */
    readonly numericOffset: number,
  ) {}

  get isFirst(): boolean {
    return this.numericOffset === this.batch.firstOffset;
  }

  get offset(): string {
    return String(this.numericOffset);
  }

  /** The time of the batch's last message, if it is known. */
  get timestamp(): string {
    return this.batchContext.maxTimestamp;
  }

  get value(): Buffer | null {
    return this.isFirst ? this.batch.bytes : null;
  }

  /** Why it cannot be read, and where its bytes are. */
  get reason(): string {
    const where = this.isFirst
      ? "the value is the batch"
      : `the batch is the value of offset ${this.batch.firstOffset}`;
    return `${reasonOf(this.batch)}; ${where}`;
  }

  get isControlRecord(): boolean {
    return this.batchContext.isControlBatch;
  }

  get batchContext(): BatchContext {
    return this.batch.context ?? unknownContext;
  }
}

/** What is wrong with a batch, and its offsets. */
export function reasonOf({
  firstOffset,
  lastOffset,
  problem,
}: Pick<UnreadableBatch, "firstOffset" | "lastOffset" | "problem">): string {
  const offsets =
    firstOffset === lastOffset ? `offset ${firstOffset}` : `offsets ${firstOffset} to ${lastOffset}`;
  return `its batch (${offsets}) cannot be read: ${problem}`;
}

/**
 * The most messages of an unreadable batch that are handed out at once, however many it claims to have. The rest comes with the next
 * answer of the broker.
 */
const maxRecordsAtOnce = 50_000;

/** The messages of an unreadable batch. */
export function recordsOf(batch: UnreadableBatch): UnreadableRecord[] {
  const count = Math.min(batch.lastOffset - batch.firstOffset + 1, maxRecordsAtOnce);
  return Array.from({ length: count }, (_, index) => new UnreadableRecord(batch, batch.firstOffset + index));
}
