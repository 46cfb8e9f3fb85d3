import type { KafkaMessage } from "kafkajs";
import { delay } from "../../shutdown";
import { isFromKafka, kafkaReason } from "../transport/errors";
import type { UnreadableBatch } from "../record-batch/unreadable";
import { type PartitionSource, TailPartition } from "./partition";

/** Why a topic is read no further. */
export type ReadBackwardsEnd = "enough" | "all" | "aborted";

export interface ReadingOptions {
  readonly onMessage: (partition: number, message: KafkaMessage) => void;
  /** Called for offsets, both ends included, whose batch cannot be read, and why. */
  readonly onUnreadable?: (partition: number, first: number, last: number, problem: string) => void;
  /**
   * Whether the rest need not be read. Asked whenever no piece is half read, once one of each partition is, because partitions that
   * were added to a topic may have the newer messages of a key.
   */
  readonly enough: () => boolean;
  /** Ends the reading, also while brokers are away. */
  readonly signal: AbortSignal;
  /**
   * Called after each piece, or a few of different partitions.
   *
   * @param read messages so far
   * @param partitionsDone those of which nothing is left to read
   */
  readonly onProgress?: (read: number, partitionsDone: number) => void;
  /** Called each time that the brokers fail; it is tried again a second later. */
  readonly onRetry?: (reason: string) => void;
}

/** Pieces read at the same time: each holds an answer of a broker, and what one batch of it is without compression. */
const piecesAtOnce = 4;
const retryMs = 1000;

/** Reads partitions from their ends backwards; see `readPartitionsBackwards`. */
export async function readPartitionsBackwards(
  source: PartitionSource,
  options: ReadingOptions,
): Promise<ReadBackwardsEnd> {
  const { signal, onMessage, onUnreadable, onProgress, enough } = options;
  let read = 0;
  // Asked anew each time: it may abort during each `await`.
  const isAborted = () => signal.aborted;
  const take = (partition: number) => (message: KafkaMessage) => {
    read++;
    onMessage(partition, message);
  };
  const ends = await retried(() => source.bounds(), options);
  const lose =
    (partition: number) =>
    ({ firstOffset, lastOffset, problem }: UnreadableBatch) =>
      onUnreadable?.(partition, firstOffset, lastOffset, problem);
  const partitions =
    ends?.map((end) => new TailPartition(end, source, take(end.partition), lose(end.partition))) ?? [];

  let open = partitions.filter(({ isDone }) => !isDone);
  for (let isFirst = true; open.length > 0 && !isAborted(); isFirst = false) {
    for (let at = 0; at < open.length && !isAborted(); at += piecesAtOnce) {
      const some = open.slice(at, at + piecesAtOnce);
      await Promise.all(some.map((partition) => retried(() => partition.readPiece(signal), options)));
      onProgress?.(read, partitions.filter(({ isDone }) => isDone).length);
      const isRoundDone = at + piecesAtOnce >= open.length;
      if (!isAborted() && (!isFirst || isRoundDone) && enough()) return "enough";
    }
    open = open.filter(({ isDone }) => !isDone);
  }
  return isAborted() ? "aborted" : "all";
}

/** Does the work until the brokers let it; undefined when the signal aborts first. */
async function retried<Result>(
  work: () => Promise<Result>,
  { signal, onRetry }: ReadingOptions,
): Promise<Result | undefined> {
  while (!signal.aborted) {
    try {
      return await work();
    } catch (error) {
      if (!isFromKafka(error)) throw error;
      onRetry?.(kafkaReason(error));
      await delay(retryMs, signal);
    }
  }
  return undefined;
}
