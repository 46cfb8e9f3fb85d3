import type { Compression } from "../../../../contract/environment/device";
import type { BrokerConnections } from "../transport/broker-connection";
import { kafkaReason } from "../transport/errors";
import { fatalError, type ProducerRequests, producerRequests, ProducerSession } from "./producer-session";
import { compressRecords, type RecordBatch } from "../record-batch/batch-writer";
import { PendingBatch, retryDelayMs, Sending } from "./sending";
import type { Logger } from "../../logger";
import { retryUntil } from "../../retry";

export interface IdempotentProducerOptions {
  readonly topic: string;
  readonly compression?: Compression;
  /** Called for every attempt that failed and will be repeated. */
  readonly onRetry?: (reason: string) => void;
}

/** Called when a batch is in the log. @param baseOffset of its first record; undefined if the brokers do not report it */
export type OnAcknowledged = (partition: number, batch: RecordBatch, baseOffset: bigint | undefined) => void;

/**
 * Publishes to one topic so that the log has every record exactly once and, in its partition, in the order of sending, whatever happens
 * to the brokers meanwhile (KIP-98). It rests on three properties:
 *
 * - A batch gets its producer id and its sequence at its first attempt, and keeps both in all repetitions, whoever leads the partition
 *   then. Brokers that have it already recognise it.
 * - No batch is sent to a partition before the one before it is acknowledged.
 * - A batch that may or may not be in the log never gives its sequence to another batch: after a send that ended too early, the next one
 *   gets a new producer id.
 *
 * One case remains. Brokers forget a producer after a day without messages from it (`producer.id.expiration.ms`), or when a power failure
 * has cut their logs. If that happens between a batch whose answer was lost and its repetition, the log may have the batch twice.
 */
export class IdempotentProducer {
  private readonly session: ProducerSession;

  constructor(
    kafka: { readonly logger: Logger; brokerConnections(): BrokerConnections },
    private readonly options: IdempotentProducerOptions,
    requests: ProducerRequests = producerRequests(kafka.brokerConnections()),
  ) {
    this.session = new ProducerSession(kafka.logger, requests, options.topic, (reason) =>
      options.onRetry?.(reason),
    );
  }

  /**
   * The number of the topic's partitions; 0 before {@link connect}. It grows within 10 s after partitions were added, and shrinks only if
   * another topic has got the name.
   */
  get partitionCount(): number {
    return this.session.leaders.partitionCount;
  }

  /**
   * Connects, however long it takes. Afterwards the producer id and the partitions are known. False if `signal` aborted before.
   * @throws Error if repeating cannot help
   */
  async connect(signal: AbortSignal): Promise<boolean> {
    const { session } = this;
    const prepare = async () => {
      await session.prepare();
      return session.leaders.isThere || undefined;
    };
    const isRetriable = (error: unknown) => fatalError(session.topic, error) === undefined;
    const onRetry = (error: unknown) =>
      session.onRetry(error === undefined ? `topic "${session.topic}" does not exist` : kafkaReason(error));
    try {
      const options = { delayMs: retryDelayMs, canRetry: isRetriable, onRetry, leavesAttempt: true };
      if ((await retryUntil(signal, prepare, options)) === undefined) return false;
      session.keepRefreshing();
      return true;
    } catch (error) {
      throw fatalError(session.topic, error) ?? error;
    }
  }

  /**
   * Sends batches, at most one to a partition, and repeats each until all in-sync replicas have it. Empty batches are left out. One send
   * at a time; the batches must not change before it has resolved.
   * @param onAcknowledged called for each batch as it is acknowledged. If another topic with fewer partitions has got the name, a batch
   *   whose partition is gone for good is distributed by its keys over the partitions that exist. It is then reported with its old
   *   partition and without an offset.
   * @returns "aborted" if `signal` aborted before all were acknowledged; which of the others are in the log is unknown then
   * @throws Error if repeating cannot help: a batch is too large, or the client may not write to the topic
   */
  async send(
    batches: ReadonlyMap<number, RecordBatch>,
    onAcknowledged: OnAcknowledged,
    signal: AbortSignal,
  ): Promise<"acknowledged" | "aborted"> {
    const filled = [...batches].filter(([, batch]) => batch.count > 0);
    const pending = await Promise.all(
      filled.map(async ([partition, batch]) => {
        const compressed = await compressRecords(this.options.compression ?? "none", batch);
        return new PendingBatch(partition, batch, compressed, (offset) =>
          onAcknowledged(partition, batch, offset),
        );
      }),
    );
    const sending = new Sending(this.session, pending, signal);
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
