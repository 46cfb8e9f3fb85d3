import type { BatchStamp } from "../record-batch/batch-header";
import type { CompressedRecords } from "../record-batch/compress";
import type { ProducerIdentity } from "./producer-identity";
import type { RecordBatch } from "../record-batch/batch-writer";

/** One batch on its way to one partition. */
export class PendingBatch {
  /** `sent`: its request is under way. `waiting`: an attempt failed, and the next is not due yet. */
  state: "ready" | "sent" | "waiting" = "ready";
  failures = 0;
  /** How many times the brokers did not mention the partition. */
  absences = 0;
  /** An attempt failed in such a way that the batch may stand in the log nevertheless. */
  mayBeWritten = false;
  private stamped: { readonly identity: ProducerIdentity; readonly stamp: BatchStamp } | undefined;

  constructor(
    readonly partition: number,
    readonly batch: RecordBatch,
    private readonly compressed: CompressedRecords | undefined,
    /** Called once, when the batch stands in the log. */
    readonly onWritten: (baseOffset: bigint | undefined) => void,
  ) {}

  get isStamped(): boolean {
    return this.stamped !== undefined;
  }

  /**
   * The batch as a broker takes it. It bears the stamp of its first attempt, by which brokers that have it already recognise it.
   * @param current whose stamp it gets if it has none
   */
  seal(current: ProducerIdentity): Buffer {
    const { stamp } = (this.stamped ??= { identity: current, stamp: current.stamp(this.partition) });
    return this.batch.seal(stamp, this.compressed);
  }

  written(baseOffset: bigint | undefined): void {
    this.stamped?.identity.written(this.partition, this.stamped.stamp, this.batch.count);
    this.onWritten(baseOffset);
  }

  /** Takes the stamp away, because the brokers do not know its producer any more. @returns the producer */
  forgotten(): ProducerIdentity | undefined {
    const identity = this.stamped?.identity;
    this.stamped = undefined;
    return identity;
  }
}
