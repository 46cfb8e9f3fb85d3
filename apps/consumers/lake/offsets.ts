import type { TransactionStep } from "./delta/table";

/**
 * The lake's name in the table's transactions. It is the same for every lake consumer, whatever its name, so that no two
 * of them can land the same message in one table.
 */
const application = "kafka-iot-sim-lake";

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** The application that stands for one Kafka partition in the table; its version is the next offset to read. */
export function appIdOf({ topic, partition }: TopicPartition): string {
  return `${application}:${topic}:${partition}`;
}

/** The Kafka partition of an application of the table; undefined for those of other programs. */
export function partitionOfApp(appId: string): TopicPartition | undefined {
  // Kafka allows no colon in the name of a topic.
  const [name, topic, partition, ...rest] = appId.split(":");
  if (name !== application || topic === undefined || rest.length > 0) return undefined;
  return /^\d+$/.test(partition ?? "") ? { topic, partition: Number(partition) } : undefined;
}

/** How far one partition has come. */
export interface Position extends TopicPartition {
  /** What the table holds once everything that was sealed is committed. */
  sealed: number;
  /** The offset that is waited for: everything below is in the table, on its way there, or known not to exist. */
  next: number;
}

/** What a commit says of one Kafka partition. */
export type SealedStep = TopicPartition & TransactionStep & { readonly from: number };

/** How far the partitions that this process reads have come. */
export class Positions {
  private readonly byAppId = new Map<string, Position>();

  /** Replaces all positions. `next` lies above `stored` where the messages between have gone from the topic. */
  reset(positions: readonly (TopicPartition & { readonly stored: number; readonly next: number })[]): void {
    this.byAppId.clear();
    for (const { topic, partition, stored, next } of positions) {
      this.byAppId.set(appIdOf({ topic, partition }), { topic, partition, sealed: stored, next });
    }
  }

  get(topic: string, partition: number): Position | undefined {
    return this.byAppId.get(appIdOf({ topic, partition }));
  }

  /** There are offsets that the table does not know of yet. */
  get hasProgress(): boolean {
    for (const { sealed, next } of this.byAppId.values()) if (next > sealed) return true;
    return false;
  }

  /** What a commit of everything read so far has to say; from now on it counts as said. */
  seal(): SealedStep[] {
    const steps: SealedStep[] = [];
    for (const [appId, position] of this.byAppId) {
      const { topic, partition, sealed, next } = position;
      if (next <= sealed) continue;
      steps.push({ topic, partition, appId, from: sealed, to: next });
      position.sealed = next;
    }
    return steps;
  }
}
