import type { TransactionStep } from "../../../shared/delta/table/table";
import { appIdOf, partitionOfApp, type TablePartition } from "../../../shared/lake-table/table-topics";

/** How far one partition has been read. */
export interface Position extends TablePartition {
  /** The next offset of the table, once everything that was sealed is committed. */
  sealed: number;
  /** The next offset to read: every lower offset is in the table, on its way there, or known to hold no message. */
  next: number;
}

/** How far a commit moves one Kafka partition. */
export type SealedStep = TablePartition & TransactionStep & { readonly from: number };

/** How far the partitions of this process have been read. */
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

  /** Whether offsets have been read that no commit covers yet. */
  get hasProgress(): boolean {
    for (const { sealed, next } of this.byPartition.values()) if (next > sealed) return true;
    return false;
  }

  /** The steps of a commit of everything read so far, which counts as sealed from now on. */
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
 * The next offsets of the dead letters. Two tables cannot be committed as one: dead letters are committed first, under transactions of
 * their own, so that they are not written again if the process ends between the two commits.
 */
export type DeadLetterOffsets = {
  readonly appId: string;
  /** The offset after the last dead letter in the table; undefined if there is none. */
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
 * Topics, by their names in Kafka, that have rows in the table and no device in the stack any more. They are read to their end, so that
 * the last observations of a removed device are not lost.
 */
export function abandonedTopics(appIds: Iterable<string>, planned: readonly string[]): string[] {
  const abandoned = new Set<string>();
  for (const appId of appIds) {
    const partition = partitionOfApp(appId);
    if (partition !== undefined && !planned.includes(partition.topic)) abandoned.add(partition.topic);
  }
  return [...abandoned].sort();
}
