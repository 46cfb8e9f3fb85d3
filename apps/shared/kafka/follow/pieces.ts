import type { KafkaMessage } from "kafkajs";
import { messageOf } from "../../text";
import { decompress } from "../records/compression";
import { offsetOf } from "../records/placed-record";
import { readRecords } from "../records/read-records";
import { batchesOf, type RecordBatch } from "../records/record-batch";

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

  const batches = readableBatches(recordSet, highWatermark);
  for (const batch of batches) {
    if (next >= end) break;
    if (batch.lastOffset < next) continue;
    const read = await recordsOf(batch);
    if ("unreadable" in read) {
      next = Math.max(next, Math.min(batch.firstOffset, end));
      if (next > first) yield cut();
      next = Math.min(batch.lastOffset + 1, end);
      if (next > first) yield { ...cut(), unreadable: read.unreadable };
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

/** A batch, or offsets whose form is unknown. */
type BatchOrUnknown =
  RecordBatch | { readonly firstOffset: number; readonly lastOffset: number; readonly unreadable: string };

function* readableBatches(recordSet: Buffer, highWatermark: number): Generator<BatchOrUnknown, void> {
  let readTo = 0;
  try {
    for (const batch of batchesOf(recordSet)) {
      readTo = batch.lastOffset + 1;
      yield batch;
    }
  } catch (error) {
    yield { firstOffset: readTo, lastOffset: highWatermark - 1, unreadable: messageOf(error) };
  }
}

async function recordsOf(
  batch: BatchOrUnknown,
): Promise<{ readonly messages: KafkaMessage[]; readonly bytes: number } | { readonly unreadable: string }> {
  if ("unreadable" in batch) return batch;
  if (batch.context.isControlBatch) return { messages: [], bytes: 0 };
  try {
    const records = await decompress(batch.compression, batch.records);
    return { messages: readRecords(batch, records), bytes: records.length };
  } catch (error) {
    return { unreadable: messageOf(error) };
  }
}
