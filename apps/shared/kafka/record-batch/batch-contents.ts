import type { KafkaMessage } from "kafkajs";
import { messageOf } from "../../text";
import { decompress } from "./decompress";
import { compressionOf } from "./compression-codes";
import { readRecords } from "./read-records";
import type { RecordBatch } from "./stored-batch";
import { isUnreadable, type UnreadableBatch } from "./unreadable";

/** The records of a batch. */
export interface BatchContents {
  readonly messages: KafkaMessage[];
  /** How many bytes they have without compression. */
  readonly bytes: number;
}

/** Reads the records of a batch, or says why it cannot be done. @param from the first offset that is to be read */
export async function readContents(
  batch: RecordBatch | UnreadableBatch,
  from: number,
): Promise<BatchContents | UnreadableBatch> {
  if (isUnreadable(batch)) return batch;
  const { firstOffset, lastOffset, bytes, context } = batch;
  const unreadable = (problem: string): UnreadableBatch => ({
    firstOffset: Math.max(firstOffset, from),
    lastOffset,
    problem,
    bytes,
    context,
  });
  const compression = compressionOf(batch.compression);
  if (compression === undefined) return unreadable(`no compression has its number ${batch.compression}`);
  let records: Buffer;
  try {
    // Most are not compressed, or are at once.
    records = compression === "none" ? batch.records : await decompress(compression, batch.records);
  } catch (error) {
    return unreadable(`${compression} cannot decompress it: ${messageOf(error)}`);
  }
  try {
    return { messages: readRecords(batch, records), bytes: records.length };
  } catch (error) {
    return unreadable(`its records are in disorder: ${messageOf(error)}`);
  }
}
