import type { BusyShare } from "./busy-share";
import type { FollowOptions } from "./options";
import type { FollowedPartition } from "./partition";
import { piecesOf } from "./pieces";

/** What deliveries need of the options. */
export type Receiver = Pick<FollowOptions, "onBatch" | "onUnreadable" | "signal">;

/** Messages as a leader sent them. */
export interface Delivered {
  readonly recordSet: Buffer;
  readonly highWatermark: number;
  readonly logStart: number;
}

/**
 * Hands out what a leader sent of a partition, and moves the partition on. While it does, nobody else is to.
 *
 * @throws what the receiver throws
 */
export async function deliver(
  partition: FollowedPartition,
  { recordSet, highWatermark, logStart }: Delivered,
  receiver: Receiver,
  share: BusyShare,
): Promise<void> {
  if (recordSet.length === 0) return;
  const { topic, partition: number, next: from, end } = partition;
  partition.isBusy = true;
  try {
    for await (const { unreadable, ...piece } of piecesOf({ recordSet, highWatermark, from, end })) {
      await share.run(() => {
        if (receiver.signal.aborted || partition.isRetired) return;
        partition.moveTo(piece.next);
        if (unreadable !== undefined)
          return receiver.onUnreadable?.(topic, number, piece.from, piece.next, unreadable);
        return receiver.onBatch({ topic, partition: number, ...piece, highWatermark, logStart });
      });
      if (receiver.signal.aborted || partition.isRetired) return;
    }
  } finally {
    partition.isBusy = false;
  }
}
