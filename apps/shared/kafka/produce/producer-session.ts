import type { Logger } from "../../logger";
import type { ProducerState } from "../record-batch/batch-header";
import { initProducerIdExchange, type ProducerId } from "../requests/init-producer-id";
import {
  type ClusterDescription,
  isThere,
  metadataExchange,
  metadataVersionWithoutIds,
} from "../requests/metadata";
import { type ProducedPartition, produceExchange, type ProduceRequest } from "../requests/produce";
import type { BrokerConnections } from "../transport/broker-connection";
import { brokerError, errorNameOf, kafkaReason, protocolErrorOf, TooOldBroker } from "../transport/errors";

/** What an idempotent producer asks of brokers. Each request is sent once. Methods throw {@link KafkaError} or {@link TooOldBroker}. */
export interface ProducerRequests {
  /** The brokers, and the leaders of a topic's partitions. */
  describe(topic: string): Promise<ClusterDescription>;
  newProducerId(): Promise<ProducerId>;
  /** @param leader the id of a broker that {@link describe} returned */
  produce(leader: number, request: ProduceRequest): Promise<readonly ProducedPartition[]>;
  /** Closes all connections; requests open them again. */
  close(): Promise<void>;
}

/** Brokers know all of these requests, in the versions used here, since this release. */
const since = "2.4";

/** Sends the requests to brokers. */
export function producerRequests(connections: BrokerConnections): ProducerRequests {
  return {
    async describe(topic) {
      const exchange = metadataExchange([topic], metadataVersionWithoutIds);
      const description = await connections.askAny(exchange, since);
      connections.learn(description.brokers);
      return description;
    },
    newProducerId: () => connections.askAny(initProducerIdExchange(), since),
    produce: (leader, request) => connections.askBroker(leader, produceExchange(request), since),
    close: () => connections.close(),
  };
}

/** What the answer for a batch means. Kafka's Java producer divides errors in the same way (TransactionManager, Sender). */
export type Verdict = "appended" | "unknown producer" | "fatal" | "retriable";

const verdicts: Readonly<Record<string, Verdict>> = {
  // The broker has this batch already: it appended an earlier attempt, and its answer was lost.
  DUPLICATE_SEQUENCE_NUMBER: "appended",
  OUT_OF_ORDER_SEQUENCE_NUMBER: "unknown producer",
  UNKNOWN_PRODUCER_ID: "unknown producer",
  INVALID_PRODUCER_EPOCH: "unknown producer",
  INVALID_PRODUCER_ID_MAPPING: "unknown producer",
  MESSAGE_TOO_LARGE: "fatal",
  RECORD_LIST_TOO_LARGE: "fatal",
  INVALID_RECORD: "fatal",
  INVALID_TIMESTAMP: "fatal",
  INVALID_TOPIC_EXCEPTION: "fatal",
  UNSUPPORTED_FOR_MESSAGE_FORMAT: "fatal",
  UNSUPPORTED_COMPRESSION_TYPE: "fatal",
  UNSUPPORTED_VERSION: "fatal",
  TOPIC_AUTHORIZATION_FAILED: "fatal",
  CLUSTER_AUTHORIZATION_FAILED: "fatal",
};

/** Brokers report these before they append anything; after any other error the batch may be in the log. */
const reportedBeforeAppending = new Set([
  "NOT_ENOUGH_REPLICAS",
  "CORRUPT_MESSAGE",
  "UNKNOWN_TOPIC_OR_PARTITION",
]);

/** @param errorCode of a partition in the answer to Produce */
export function verdictOf(errorCode: number): Verdict {
  return errorCode === 0 ? "appended" : (verdicts[errorNameOf(errorCode)] ?? "retriable");
}

/** Whether a batch may be in the log although the answer reports this error. */
export function mayBeAppended(errorCode: number): boolean {
  return !reportedBeforeAppending.has(errorNameOf(errorCode));
}

/** The error to throw if repeating cannot help; undefined for other errors. */
export function fatalError(topic: string, error: unknown): Error | undefined {
  const isFatal = error instanceof TooOldBroker || verdicts[protocolErrorOf(error) ?? ""] === "fatal";
  return isFatal ? new Error(`topic "${topic}": ${kafkaReason(error)}`, { cause: error }) : undefined;
}

const maxSequence = 2 ** 31 - 1;

/** One producer id, and the number of records appended with it to each partition, which the brokers count too (KIP-98). */
export class ProducerIdentity {
  private readonly nextSequences = new Map<number, number>();

  constructor(private readonly id: ProducerId) {}

  /** The state that the next batch to a partition carries. */
  stateFor(partition: number): ProducerState {
    return { ...this.id, baseSequence: this.nextSequences.get(partition) ?? 0 };
  }

  /** A batch of `count` records was appended with the state. */
  appended(partition: number, { baseSequence }: ProducerState, count: number): void {
    this.nextSequences.set(partition, sequenceAfter(baseSequence, count));
  }
}

/** Sequences restart at 0 after 2³¹ - 1 (org.apache.kafka.common.record.DefaultRecordBatch.incrementSequence). */
export function sequenceAfter(sequence: number, count: number): number {
  return sequence > maxSequence - count ? count - (maxSequence - sequence) - 1 : sequence + count;
}

/** The broker to send a partition's batch to, or why there is none. */
export type Leader = number | "no topic" | "no partition" | "no leader";

/** The leaders of one topic's partitions, by the brokers' last description. */
export class TopicLeaders {
  private leaders: ReadonlyMap<number, number> | undefined;
  private assumedCount = 0;

  constructor(private readonly topic: string) {}

  /** The number of partitions. A partition that brokers stop mentioning is assumed to exist, see {@link acceptAbsence}. */
  get partitionCount(): number {
    return this.assumedCount;
  }

  /** Whether the topic existed when the brokers were last asked. */
  get isThere(): boolean {
    return this.leaders !== undefined;
  }

  learn({ topics }: Pick<ClusterDescription, "topics">): void {
    const found = topics.find(({ name }) => name === this.topic);
    if (found === undefined || !isThere(found) || found.partitions.length === 0) {
      this.leaders = undefined;
      return;
    }
    this.leaders = new Map(found.partitions.map(({ partition, leader }) => [partition, leader]));
    this.assumedCount = Math.max(this.assumedCount, this.leaders.size);
  }

  leaderOf(partition: number): Leader {
    if (this.leaders === undefined) return "no topic";
    const leader = this.leaders.get(partition);
    if (leader === undefined) return "no partition";
    return leader < 0 ? "no leader" : leader;
  }

  /** Accepts that the topic has only the partitions that the brokers last mentioned: another topic has got its name. */
  acceptAbsence(): void {
    if (this.leaders !== undefined) this.assumedCount = this.leaders.size;
  }
}

/** How soon added partitions are noticed. */
const refreshMs = 10_000;

/** What a producer keeps from one send to the next: its connections, its identity, and the leaders of its topic. */
export class ProducerSession {
  readonly leaders: TopicLeaders;
  private current: ProducerIdentity | undefined;
  private identifying: Promise<ProducerIdentity> | undefined;
  private refreshing: NodeJS.Timeout | undefined;

  constructor(
    private readonly logger: Logger,
    readonly requests: ProducerRequests,
    readonly topic: string,
    readonly onRetry: (reason: string) => void,
  ) {
    this.leaders = new TopicLeaders(topic);
  }

  /** The identity for batches that have none yet; undefined before the first one, and after the brokers have forgotten it. */
  get identity(): ProducerIdentity | undefined {
    return this.current;
  }

  /** Finds the leaders, and gets an identity if there is none. @throws KafkaError or TooOldBroker */
  async prepare(): Promise<void> {
    await this.refresh();
    if (this.current !== undefined) return;
    this.identifying ??= this.requests.newProducerId().then((id) => new ProducerIdentity(id));
    try {
      this.current = await this.identifying;
    } finally {
      this.identifying = undefined;
    }
  }

  /** Refreshes the leaders from time to time, until {@link close}. */
  keepRefreshing(): void {
    this.refreshing ??= setInterval(() => void this.refresh().catch(() => {}), refreshMs).unref();
  }

  /** The brokers do not know an identity any more. @param repeated the number of messages that may be stored twice because of it */
  forget(identity: ProducerIdentity | undefined, reason: string, repeated: number): void {
    this.logger.warn(
      `the brokers do not know this producer any more (${reason}): going on as a new one` +
        (repeated > 0 ? `; the last ${repeated} messages may be stored twice` : ""),
    );
    if (identity === this.current) this.current = undefined;
  }

  /** Gives the identity up, because it is unknown which of its sequences brokers have. */
  renounce(): void {
    this.current = undefined;
  }

  async close(): Promise<void> {
    clearInterval(this.refreshing);
    this.refreshing = undefined;
    await this.requests.close();
  }

  private async refresh(): Promise<void> {
    const description = await this.requests.describe(this.topic);
    const errorCode = description.topics.find(({ name }) => name === this.topic)?.errorCode ?? 0;
    if (verdictOf(errorCode) === "fatal") throw brokerError({ errorCode, errorMessage: undefined });
    this.leaders.learn(description);
  }
}
