import type { FetchAnswer } from "../transport/fetch-answers";
import type { Batch, EachBatchPayload } from "../transport/kafkajs-internals";
import type { Assignment } from "./partition-progress";

/**
 * The offset that a batch was fetched from. If a reader waits for this offset or a later one, what the batch lacks does not exist any more.
 * If it waits for an earlier one, the batch was fetched from another position than the reader wants. kafkajs leaves it out of its types.
 */
export function fetchedOffset(batch: Batch): number {
  return Number((batch as Batch & { readonly fetchedOffset: string }).fetchedOffset);
}

interface KnownPartition {
  readonly topic: string;
  readonly partition: number;
  /** The offset behind the newest message that can be read, by the last answer of its leader. */
  readonly end: number;
  /** The offset that is read next. */
  readonly next: number;
}

/** How many messages of a partition have not been read yet. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  readonly lag: number;
}

/** How far a consumer lags behind, by the last answers of its brokers. */
export class PartitionLags {
  private readonly known = new Map<string, KnownPartition>();

  private own = new Set<string>();

  /** The partitions that are assigned now. The lag of a new one is unknown before its leader's next answer. */
  assigned(assignment: Assignment): void {
    this.own = new Set(
      Object.entries(assignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => keyOf(topic, partition)),
      ),
    );
    for (const key of this.known.keys()) if (!this.own.has(key)) this.known.delete(key);
  }

  /** Leaders have answered how far partitions reach, including those without new messages. */
  answered(answers: readonly FetchAnswer[]): void {
    for (const { topic, partition, from, end } of answers) {
      const key = keyOf(topic, partition);
      if (this.own.has(key)) this.known.set(key, { topic, partition, end, next: from });
    }
  }

  /** Takes a batch. @returns the same batch; how far it is read is recorded */
  following(payload: EachBatchPayload): EachBatchPayload {
    const { batch } = payload;
    const { topic, partition } = batch;
    const end = Number(batch.highWatermark);
    this.known.set(keyOf(topic, partition), { topic, partition, end, next: fetchedOffset(batch) });
    return {
      ...payload,
      resolveOffset: (offset) => {
        payload.resolveOffset(offset);
        this.read(topic, partition, Number(offset));
      },
    };
  }

  /** Everything up to this offset is read. */
  read(topic: string, partition: number, offset: number): void {
    const key = keyOf(topic, partition);
    const known = this.known.get(key);
    if (known !== undefined) this.known.set(key, { ...known, next: offset + 1 });
  }

  *[Symbol.iterator](): Iterator<PartitionLag> {
    for (const { topic, partition, end, next } of this.known.values())
      yield { topic, partition, lag: Math.max(0, end - next) };
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
