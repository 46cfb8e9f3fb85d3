import type { KafkaMessage } from "kafkajs";
import { readContents } from "../record-batch/batch-contents";
import { offsetOf } from "../record-batch/record-view";
import { batchesOf } from "../record-batch/record-set";
import { isUnreadable } from "../record-batch/unreadable";

/** Offsets from `from` up to, but without, `next`, with the messages that they have. */
export interface Piece {
  readonly from: number;
  readonly next: number;
  readonly messages: readonly KafkaMessage[];
  /** Why these offsets cannot be read. */
  readonly unreadable?: string;
}

/** What there is to read of an answer. */
export interface Fetched {
  readonly recordSet: Buffer;
  readonly highWatermark: number;
  /** Where to begin and to end. */
  readonly from: number;
  readonly end: number;
}

/** About how much a piece has, without compression: a batch that is compressed well is made of little and fills much. */
const pieceBytes = 262_144;

/** Reads what a leader sent, piece by piece, so that little of it is in memory at once. What cannot be read is a piece of its own. */
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
