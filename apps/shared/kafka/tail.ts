import type { KafkaMessage } from "kafkajs";
import { delay } from "../shutdown";
import type { KafkaClient } from "./client";
import { isFromKafka, kafkaReason } from "./errors";
import { headerOf, offsetOf } from "./records/placed-record";
import { TailPartition } from "./tail/partition";
import { TailSource } from "./tail/source";

/** A message of a topic that is read backwards. */
export class TailRecord {
  constructor(
    readonly partition: number,
    private readonly message: KafkaMessage,
  ) {}

  get offset(): number {
    return offsetOf(this.message);
  }

  get key(): Buffer | null {
    return this.message.key;
  }

  get value(): Buffer | null {
    return this.message.value;
  }

  /** The text of the header; undefined where the message has none of this name. */
  header(name: string): string | undefined {
    return headerOf(this.message, name);
  }
}

export interface TailOptions {
  /** Called for each message: within a piece of a partition in the order of offsets; a later piece is older. */
  readonly onRecord: (record: TailRecord) => void;
  /**
   * Whether the rest need not be read. Asked whenever no piece is half read, once one of each partition is, because partitions that
   * were added to a topic may have the newer messages of a key.
   */
  readonly enough: () => boolean;
  /** Ends the reading, also while brokers are away. */
  readonly signal: AbortSignal;
  /** Called after each piece. @param read messages so far @param partitionsDone those of which nothing is left to read */
  readonly onProgress?: (read: number, partitionsDone: number) => void;
  /** Called each time that the brokers fail; it is tried again a second later. */
  readonly onRetry?: (reason: string) => void;
}

/** Pieces read at the same time: each holds an answer of a broker, and what one batch of it is without compression. */
const piecesAtOnce = 4;
const retryMs = 1000;

/**
 * Reads a topic's partitions from their ends backwards, piece by piece, until `enough()` or until all is read. The ends are those at
 * the start; each message that is there all the while comes once. Brokers that are away, leaders that change and a topic that does
 * not exist yet are waited for, as long as `signal` allows. Messages of aborted transactions come too.
 *
 * @returns why it ended
 * @throws TooOldBroker where the brokers are older than Kafka 2.8; what `onRecord` throws
 */
export async function readTail(
  kafka: KafkaClient,
  topic: string,
  options: TailOptions,
): Promise<"enough" | "all" | "aborted"> {
  const { signal } = options;
  const source = new TailSource(kafka, topic);
  const retried = <Result>(work: () => Promise<Result>) => retry(work, options);
  try {
    const ends = await retried(() => source.bounds());
    if (ends === undefined) return "aborted";
    let read = 0;
    const partitions = ends.map(
      (end) =>
        new TailPartition(end, source, (message) => {
          read++;
          options.onRecord(new TailRecord(end.partition, message));
        }),
    );
    const readPieces = async (some: readonly TailPartition[]) => {
      await Promise.all(some.map((partition) => retried(() => partition.readPiece(signal))));
      options.onProgress?.(read, partitions.filter(({ isDone }) => isDone).length);
    };

    for (let isFirst = true; ; isFirst = false) {
      const open = partitions.filter(({ isDone }) => !isDone);
      if (open.length === 0) return "all";
      for (let at = 0; at < open.length; at += piecesAtOnce) {
        await readPieces(open.slice(at, at + piecesAtOnce));
        if (signal.aborted) return "aborted";
        if (!isFirst && options.enough()) return "enough";
      }
      if (isFirst && options.enough()) return "enough";
    }
  } finally {
    await source.close();
  }
}

/** Does the work until the brokers let it; undefined when the signal aborts first. */
async function retry<Result>(
  work: () => Promise<Result>,
  { signal, onRetry }: TailOptions,
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
