import type { EachBatchPayload } from "kafkajs";
import { fetchedOffset } from "./batch";
import type { Assignment } from "./consume";
import type { FetchAnswer } from "./partition-progress";

interface KnownPartition {
  readonly topic: string;
  readonly partition: number;
  /** The offset after the newest message that can be read, by the last answer of its leader. */
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

/** How far a consumer is behind, by what its brokers answered last. */
export class PartitionLags {
  private readonly known = new Map<string, KnownPartition>();

  private mine = new Set<string>();

  /** What is assigned now; nothing is known of it before its leader's next answer. */
  assigned(assignment: Assignment): void {
    this.mine = new Set(
      Object.entries(assignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => keyOf(topic, partition)),
      ),
    );
    for (const key of this.known.keys()) if (!this.mine.has(key)) this.known.delete(key);
  }

  /** Leaders have said how far partitions reach, also those that there is nothing more to read of. */
  answered(answers: readonly FetchAnswer[]): void {
    for (const { topic, partition, from, end } of answers) {
      const key = keyOf(topic, partition);
      if (this.mine.has(key)) this.known.set(key, { topic, partition, end, next: from });
    }
  }

  /** Takes note of a batch. @returns the same batch, of which it is noted how far it is read */
  following(payload: EachBatchPayload): EachBatchPayload {
    const { batch } = payload;
    const { topic, partition } = batch;
    const place = { topic, partition, end: Number(batch.highWatermark) };
    this.known.set(keyOf(topic, partition), { ...place, next: fetchedOffset(batch) });
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
