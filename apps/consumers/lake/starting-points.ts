import type { PartitionOffsets } from "../../shared/kafka";
import { LakeError } from "./delta/errors";
import type { DeltaTable, TransactionStep } from "./delta/table";
import { appIdOf, type TopicPartition } from "./offsets";

/** Where to read a partition on from. */
export interface StartingPoint extends TopicPartition {
  /** The next offset to read by the table. */
  readonly stored: number;
  /** The offset to read from: `stored`, or the oldest one that the topic still has. */
  readonly next: number;
}

/**
 * Makes the table remember every partition that it is to be fed from, before anything of it is read: a device that is
 * removed before its first row is written would be forgotten otherwise.
 */
export async function registerPartitions(
  table: DeltaTable,
  partitions: readonly TopicPartition[],
): Promise<void> {
  for (;;) {
    const unknown = partitions.map(appIdOf).filter((appId) => !table.state.transactions.has(appId));
    if (unknown.length === 0) return;
    const transactions = unknown.map((appId): TransactionStep => ({ appId, from: undefined, to: 0 }));
    const { kind } = await table.append({ adds: [], transactions });
    if (kind === "committed") return;
    await table.refresh();
  }
}

/**
 * Where to read each of the partitions on from, by what the table holds of it and what its topic holds.
 * @throws LakeError LAKE_TOPIC_MADE_ANEW if the table holds offsets that the topic does not have.
 */
export function startingPoints(
  partitions: readonly TopicPartition[],
  transactions: ReadonlyMap<string, number>,
  offsets: ReadonlyMap<string, readonly PartitionOffsets[]>,
): StartingPoint[] {
  return partitions.map(({ topic, partition }) => {
    const stored = transactions.get(appIdOf({ topic, partition })) ?? 0;
    const held = offsets.get(topic)?.find((candidate) => candidate.partition === partition);
    if (held === undefined) return { topic, partition, stored, next: stored };
    if (stored > held.latest) throw madeAnew({ topic, partition }, stored, held.latest);
    return { topic, partition, stored, next: Math.max(stored, held.earliest) };
  });
}

function madeAnew({ topic, partition }: TopicPartition, stored: number, latest: number): LakeError {
  return new LakeError(
    "LAKE_TOPIC_MADE_ANEW",
    `topic "${topic}" partition ${partition} ends at offset ${latest}, but the table already holds it up to ${stored}: the ` +
      "topic was deleted and made again, or its broker lost messages; nothing was written; give the lake a new table, or " +
      "the device another topic",
  );
}
