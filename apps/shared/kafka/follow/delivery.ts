import { SerialQueue } from "../../serial-queue";
import { delay } from "../../shutdown";
import { readContents } from "../record-batch/read-records";
import { batchesOf } from "../record-batch/record-set";
import { type KafkaMessage, offsetOf } from "../record-batch/record-view";
import { isUnreadable } from "../record-batch/unreadable";
import type { FollowOptions } from "./options";
import type { FollowedPartition } from "./topics";

/** The options that a delivery needs. */
export type Receiver = Pick<FollowOptions, "onBatch" | "onUnreadable" | "signal">;

/** Messages as a leader sent them. */
export interface Delivered {
  readonly recordSet: Buffer;
  readonly highWatermark: number;
  readonly logStart: number;
}

/**
 * Hands out what a leader sent of a partition, and moves the partition's position. Nobody else may move it meanwhile.
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

/** Timers are not exact: shorter waits add up to one. */
const minWaitMs = 5;

/** Limits work to a share of the time: after each piece of it, the next one waits. One piece at a time. */
export class BusyShare {
  private readonly queue = new SerialQueue();
  private freeAtMs = 0;

  /** @param share over 0 up to 1 */
  constructor(
    private readonly share: number,
    private readonly signal: AbortSignal,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Does the work when its turn comes. @throws what the work throws */
  run(work: () => void | Promise<void>): Promise<void> {
    return this.queue.run(async () => {
      const waitMs = this.freeAtMs - this.now();
      if (waitMs >= minWaitMs) await delay(waitMs, this.signal);
      const beganMs = this.now();
      await work();
      this.freeAtMs = Math.max(this.freeAtMs, beganMs) + (this.now() - beganMs) / this.share;
    });
  }
}

/** Offsets from `from` up to, but without, `next`, with their messages. */
export interface Piece {
  readonly from: number;
  readonly next: number;
  readonly messages: readonly KafkaMessage[];
  /** Why these offsets cannot be read. */
  readonly unreadable?: string;
}

/** A part of an answer that is to be read. */
export interface Fetched {
  readonly recordSet: Buffer;
  readonly highWatermark: number;
  /** The first offset to read. */
  readonly from: number;
  /** The first offset not to read. */
  readonly end: number;
}

/** About the size of a piece after decompression: a well compressed batch is short and becomes long. */
const pieceBytes = 262_144;

/** Reads what a leader sent piece by piece, to hold little of it in memory at once. Offsets that cannot be read are a piece of their own. */
export async function* piecesOf({
  recordSet,
  highWatermark,
  from,
  end,
}: Fetched): AsyncGenerator<Piece, void> {
  let messages: KafkaMessage[] = [];
  let bytes = 0;
  let first = from;
  let next = from;
  const cut = (): Piece => {
    const piece = { from: first, next, messages };
    [messages, bytes, first] = [[], 0, next];
    return piece;
  };

  for (const batch of batchesOf(recordSet, { from, highWatermark })) {
    if (next >= end) break;
    if (!isUnreadable(batch) && batch.context.isControlBatch) {
      next = Math.min(batch.lastOffset + 1, end);
      continue;
    }
    const read = await readContents(batch, next);
    if (isUnreadable(read)) {
      next = Math.max(next, Math.min(read.firstOffset, end));
      if (next > first) yield cut();
      next = Math.min(read.lastOffset + 1, end);
      if (next > first) yield { ...cut(), unreadable: read.problem };
      continue;
    }
    for (const message of read.messages) {
      const offset = offsetOf(message);
      if (offset >= next && offset < end) messages.push(message);
    }
    next = Math.min(batch.lastOffset + 1, end);
    bytes += read.bytes;
    if (bytes >= pieceBytes) yield cut();
  }
  if (next > first) yield cut();
}
