import type { Compression } from "../../../../contract/environment/device";
import { aborted, delay } from "../../shutdown";
import type { KafkaClient } from "../transport/client";
import { kafkaReason } from "../transport/errors";
import { compressRecords } from "../record-batch/compress";
import { fatalError } from "./fatal-error";
import { ProducerSession } from "./producer-session";
import type { RecordBatch } from "../record-batch/batch-writer";
import { type ProducerRequests, producerRequests } from "./requests";
import { retryDelayMs, Sending } from "./sending";
import { PendingBatch } from "./pending-batch";

export interface IdempotentProducerOptions {
  readonly topic: string;
  readonly compression?: Compression;
  /** Called for every attempt that failed and will be repeated. */
  readonly onRetry?: (reason: string) => void;
}

/** Called when a batch stands in the log. @param baseOffset of its first record; undefined where the brokers do not say */
export type OnAcknowledged = (partition: number, batch: RecordBatch, baseOffset: bigint | undefined) => void;

/**
 * Publishes to one topic so that every record stands in the log exactly once and, in its partition, in the order of sending, whatever
 * the brokers go through meanwhile (KIP-98). It rests on three properties:
 *
 * - A batch gets its producer id and its sequence when it is first sent, and keeps both over all repetitions, whoever leads the
 *   partition then; brokers that have it already recognise it.
 * - No batch is sent to a partition before the one before it is acknowledged.
 * - A batch of which it is not known whether it was written is never given up for another with the same sequence: who ends a send before
 *   its end gets a new producer id for the next.
 *
 * What is left: when the brokers have forgotten this producer (they do after a day without messages from it,
 * `producer.id.expiration.ms`, or when their logs were cut by a power failure) between a batch whose answer was lost and its repetition,
 * that batch may stand twice.
 */
export class IdempotentProducer {
  private readonly session: ProducerSession;

  constructor(
    kafka: KafkaClient,
    private readonly options: IdempotentProducerOptions,
    requests: ProducerRequests = producerRequests(kafka.brokerConnections()),
  ) {
    this.session = new ProducerSession(kafka.logger, requests, options.topic, (reason) =>
      options.onRetry?.(reason),
    );
  }

  /**
   * How many partitions the topic has, as far as is known: 0 before {@link connect}. It grows within 10 s when partitions are added, and
   * never shrinks unless the topic was made anew.
   */
  get partitionCount(): number {
    return this.session.leaders.partitionCount;
  }

  /**
   * Connects, however long it takes: the producer id and the partitions are known then. False when `signal` aborted before.
   * @throws Error when no repetition can succeed
   */
  async connect(signal: AbortSignal): Promise<boolean> {
    const { session } = this;
    const ended = aborted(signal).then(() => "aborted" as const);
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        if ((await Promise.race([session.prepare(), ended])) === "aborted") break;
        if (session.leaders.isThere) {
          session.keepLooking();
          return true;
        }
        session.onRetry(`topic "${session.topic}" does not exist`);
      } catch (error) {
        const fatal = fatalError(session.topic, error);
        if (fatal !== undefined) throw fatal;
        session.onRetry(kafkaReason(error));
      }
      await delay(retryDelayMs(failures), signal);
    }
    return false;
  }

  /**
   * Sends batches, one a partition at most, and repeats each until all in-sync replicas have it. Batches without records are left out.
   * One send at a time; the batches must not change before it has resolved.
   * @param onAcknowledged called for each batch as it is acknowledged. A batch whose partition is gone for good, because a topic of fewer
   *   was made under the same name, goes by its keys to those that there are; it is told by its old partition then, without an offset
   * @returns "aborted" when `signal` aborted before all were acknowledged; which of the others were written is not known then
   * @throws Error when no repetition can succeed: a batch is too large, or the client may not write to the topic
   */
  async send(
    batches: ReadonlyMap<number, RecordBatch>,
    onAcknowledged: OnAcknowledged,
    signal: AbortSignal,
  ): Promise<"acknowledged" | "aborted"> {
    const filled = [...batches].filter(([, batch]) => batch.count > 0);
    const pendingBatches = await Promise.all(
      filled.map(async ([partition, batch]) => {
        const compressed = await compressRecords(this.options.compression ?? "none", batch.encodedRecords());
        return new PendingBatch(partition, batch, compressed, (offset) =>
          onAcknowledged(partition, batch, offset),
        );
      }),
    );
    const sending = new Sending(this.session, pendingBatches, signal);
    try {
      return await sending.run();
    } finally {
      if (sending.isInDoubt) this.session.renounce();
    }
  }

  /** Closes the connections; a request that is under way has two seconds. */
  async disconnect(): Promise<void> {
    await this.session.close();
  }
}
