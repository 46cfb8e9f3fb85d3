import type { TransactionStep } from "../../../shared/delta/table/table";
import { appIdOf, partitionOfApp, type TablePartition } from "../../../shared/lake-table/table-topics";

/** How far one partition has come. */
export interface Position extends TablePartition {
  /** What the table holds once everything that was sealed is committed. */
  sealed: number;
  /** The offset that is waited for: everything below is in the table, on its way there, or known not to exist. */
  next: number;
}

/** What a commit says of one Kafka partition. */
export type SealedStep = TablePartition & TransactionStep & { readonly from: number };

/** How far the partitions that this process reads have come. */
export class Positions {
  private readonly byPartition = new Map<string, Position>();

  /** Replaces all positions: everything below `next` is in the table. */
  reset(positions: readonly (TablePartition & { readonly next: number })[]): void {
    this.byPartition.clear();
    for (const { topic, tableTopic, partition, next } of positions)
      this.byPartition.set(keyOf(topic, partition), { topic, tableTopic, partition, sealed: next, next });
  }

  [Symbol.iterator](): Iterator<Readonly<Position>> {
    return this.byPartition.values();
  }

  get(topic: string, partition: number): Position | undefined {
    return this.byPartition.get(keyOf(topic, partition));
  }

  /** There are offsets that the table does not know of yet. */
  get hasProgress(): boolean {
    for (const { sealed, next } of this.byPartition.values()) if (next > sealed) return true;
    return false;
  }

  /** What a commit of everything read so far has to say; from now on it counts as said. */
  seal(): SealedStep[] {
    const steps: SealedStep[] = [];
    for (const position of this.byPartition.values()) {
      const { topic, tableTopic, partition, sealed, next } = position;
      if (next <= sealed) continue;
      steps.push({ topic, tableTopic, partition, appId: appIdOf(position), from: sealed, to: next });
      position.sealed = next;
    }
    return steps;
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}:${partition}`;
}

/**
 * How far the dead letters of the partitions that are read have come. Two tables cannot be committed as one: dead letters
 * go first, under transactions of their own, so that they are not written again when the process ends between the two.
 */
export type DeadLetterOffsets = {
  readonly appId: string;
  /** The offset after the last dead letter that the table holds; undefined if it holds none. */
  stored: number | undefined;
}[];

/** @param transactions of the table of dead letters */
export function deadLetterOffsets(
  partitions: readonly { readonly tableTopic: string; readonly partition: number }[],
  transactions: ReadonlyMap<string, number>,
): DeadLetterOffsets {
  return partitions.map(({ tableTopic, partition }) => {
    const appId = `kafka-iot-sim-dead-letters:${tableTopic}:${partition}`;
    return { appId, stored: transactions.get(appId) };
  });
}

/**
 * Topics, by their names in Kafka, that the table was fed from and that no device of the stack publishes to any more:
 * they are read to their end, so that the last observations of a removed device are not lost.
 */
export function abandonedTopics(appIds: Iterable<string>, planned: readonly string[]): string[] {
  const fed = new Set<string>();
  for (const appId of appIds) {
    const partition = partitionOfApp(appId);
    if (partition !== undefined && !planned.includes(partition.topic)) fed.add(partition.topic);
  }
  return [...fed].sort();
}
