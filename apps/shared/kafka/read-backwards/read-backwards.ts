import { retryUntil } from "../../retry";
import { headerOf, type KafkaMessage, offsetOf } from "../record-batch/record-view";
import type { UnreadableBatch } from "../record-batch/unreadable";
import { isFromKafka, kafkaReason } from "../transport/errors";
import { type BackwardClient, BackwardPartition, type PartitionSource, TopicSource } from "./partition";

/** A message of a topic that is read backwards. */
export class BackwardRecord {
  constructor(
    readonly partition: number,
    private readonly message: KafkaMessage,
  ) {}

  get offset(): number {
    return offsetOf(this.message);
  }

  /** Kafka's timestamp in milliseconds since 1970. */
  get timeMs(): number {
    return Number(this.message.timestamp);
  }

  get key(): Buffer | null {
    return this.message.key;
  }

  get value(): Buffer | null {
    return this.message.value;
  }

  /** The bytes of a header; undefined if the message has none of this name. */
  header(name: string): Buffer | undefined {
    return headerOf(this.message, name);
  }
}

/** Why reading ended. */
export type ReadBackwardsEnd = "enough" | "all" | "aborted";

export interface ReadingOptions {
  readonly onMessage: (partition: number, message: KafkaMessage) => void;
  /** Called for offsets, both ends included, whose batch cannot be read, with the reason. */
  readonly onUnreadable?: (partition: number, first: number, last: number, problem: string) => void;
  /**
   * Whether the rest need not be read. It is asked whenever no piece is half read, from the moment on at which a piece of each partition
   * is: partitions that were added to a topic may have the newer messages of a key.
   */
  readonly enough: () => boolean;
  /** Ends the reading, also while brokers are away. */
  readonly signal: AbortSignal;
  /**
   * Called after each piece, or a few of different partitions.
   *
   * @param read messages so far
   * @param partitionsDone partitions with nothing left to read
   */
  readonly onProgress?: (read: number, partitionsDone: number) => void;
  /** Called each time that the brokers fail; another attempt follows a second later. */
  readonly onRetry?: (reason: string) => void;
}

export interface ReadBackwardsOptions extends Omit<ReadingOptions, "onMessage"> {
  /** Called for each message: within a piece of a partition in the order of offsets; later pieces are older. */
  readonly onRecord: (record: BackwardRecord) => void;
}

/**
 * Reads a topic's partitions from their ends backwards, piece by piece, until `enough()` or until all is read. The ends are those at the
 * start. A message that exists all the while comes once. Brokers that are away, leaders that change, and a topic that does not exist yet
 * are waited for, as long as `signal` allows. Messages of aborted transactions are included.
 *
 * @returns why it ended
 * @throws TooOldBroker if the brokers are older than Kafka 2.8; what `onRecord` throws
 */
export async function readBackwards(
  kafka: BackwardClient,
  topic: string,
  options: ReadBackwardsOptions,
): Promise<ReadBackwardsEnd> {
  const source = new TopicSource(kafka, topic);
  try {
    return await readPartitionsBackwards(source, {
      ...options,
      onMessage: (partition, message) => options.onRecord(new BackwardRecord(partition, message)),
    });
  } finally {
    await source.close();
  }
}

/** How many pieces are read at the same time. Each holds an answer of a broker, and one of its batches after decompression. */
const parallelPieces = 4;
const retryMs = 1000;

/** Reads partitions from their ends backwards, see {@link readBackwards}. */
export async function readPartitionsBackwards(
  source: PartitionSource,
  options: ReadingOptions,
): Promise<ReadBackwardsEnd> {
  const { signal, onMessage, onUnreadable, onProgress, enough } = options;
  let read = 0;
  // A function, because the signal may abort during each `await`.
  const isAborted = () => signal.aborted;
  const untilAnswered = <Result>(work: () => Promise<Result>) =>
    retryUntil(signal, work, {
      delayMs: retryMs,
      canRetry: isFromKafka,
      onRetry: (error) => options.onRetry?.(kafkaReason(error)),
    });
  const ends = await untilAnswered(() => source.bounds());
  const partitions = (ends ?? []).map((end) => {
    const take = (message: KafkaMessage) => {
      read++;
      onMessage(end.partition, message);
    };
    const skip = ({ firstOffset, lastOffset, problem }: UnreadableBatch) =>
      onUnreadable?.(end.partition, firstOffset, lastOffset, problem);
    return new BackwardPartition(end, source, take, skip);
  });

  let open = partitions.filter(({ isDone }) => !isDone);
  for (let isFirst = true; open.length > 0 && !isAborted(); isFirst = false) {
    for (let at = 0; at < open.length && !isAborted(); at += parallelPieces) {
      const some = open.slice(at, at + parallelPieces);
      const readPiece = (partition: BackwardPartition) =>
        untilAnswered(() => partition.readPiece(signal).then(() => "read" as const));
      await Promise.all(some.map(readPiece));
      onProgress?.(read, partitions.filter(({ isDone }) => isDone).length);
      const isRoundDone = at + parallelPieces >= open.length;
      if (!isAborted() && (!isFirst || isRoundDone) && enough()) return "enough";
    }
    open = open.filter(({ isDone }) => !isDone);
  }
  return isAborted() ? "aborted" : "all";
}
