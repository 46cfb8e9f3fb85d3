import type { ProducerId } from "../requests/init-producer-id";
import type { BatchStamp } from "../record-batch/batch-header";

const largestSequence = 2 ** 31 - 1;

/** One producer id, and how many records were written with it to each partition: the brokers count along (KIP-98). */
export class ProducerIdentity {
  private readonly nextSequences = new Map<number, number>();

  constructor(private readonly id: ProducerId) {}

  /** What the next batch to a partition bears. */
  stamp(partition: number): BatchStamp {
    return { ...this.id, baseSequence: this.nextSequences.get(partition) ?? 0 };
  }

  /** A batch of `count` records was written with the stamp. */
  written(partition: number, { baseSequence }: BatchStamp, count: number): void {
    this.nextSequences.set(partition, sequenceAfter(baseSequence, count));
  }
}

/** Sequences begin again at 0 after 2³¹ - 1 (org.apache.kafka.common.record.DefaultRecordBatch.incrementSequence). */
export function sequenceAfter(sequence: number, count: number): number {
  return sequence > largestSequence - count ? count - (largestSequence - sequence) - 1 : sequence + count;
}
