import { type Message, type PartitionMetadata, Partitioners, type Producer } from "kafkajs";
import { delay, within } from "../shutdown";
import type { KafkaClient } from "./client";
import { isWithoutMetadata, kafkaReason, protocolErrorOf } from "./errors";

export interface OutgoingMessage {
  readonly key: string;
  readonly value: string;
}

export interface Acknowledgement {
  readonly partition: number;
  /** Offset of the first message; not known when the broker only says that it has the messages already. */
  readonly baseOffset: bigint | undefined;
}

export interface OrderedProducerOptions {
  readonly topic: string;
  /** Called for every attempt that failed and will be repeated. */
  readonly onRetry?: (reason: string) => void;
}

const retryMs = 1000;
/** Shorter than the client waits for any answer. */
const brokerTimeoutMs = 8000;
/** A broker that has just started may not know all partitions yet; a message changes its own only when it is gone. */
const absencesBelieved = 30;
const disconnectWithinMs = 2000;
/** Well below 2³¹, where kafkajs miscounts a sequence that wraps. */
const messagesPerProducerId = 1_000_000_000;

const alreadyThere = new Set(["DUPLICATE_SEQUENCE_NUMBER"]);
const producerIdLost = new Set([
  "OUT_OF_ORDER_SEQUENCE_NUMBER",
  "UNKNOWN_PRODUCER_ID",
  "INVALID_PRODUCER_EPOCH",
  "INVALID_PRODUCER_ID_MAPPING",
]);
const hopeless = new Set([
  "MESSAGE_TOO_LARGE",
  "RECORD_LIST_TOO_LARGE",
  "INVALID_RECORD",
  "INVALID_TOPIC_EXCEPTION",
  "TOPIC_AUTHORIZATION_FAILED",
  "CLUSTER_AUTHORIZATION_FAILED",
  "UNSUPPORTED_VERSION",
]);

/**
 * Publishes to one topic so that every message stands in the log exactly once and, for its key, in the order of sending,
 * whatever the brokers go through meanwhile. It rests on three properties:
 *
 * - The messages of one send go to one partition. kafkajs remembers the answers of one send by broker, so that when a
 *   leader moves between its retries, a send to several partitions repeats or loses messages.
 * - A message keeps the partition that it was first given, also when the topic gets more of them before a retry.
 * - A send that failed is repeated by the same producer. kafkajs takes a failed send's sequence numbers back, so the
 *   repetition carries the same ones and the broker recognises what it has already.
 *
 * What is left: when the broker has forgotten this producer (it does after a day without messages from it,
 * `producer.id.expiration.ms`, or when its log was cut by a power failure) between a send whose answer was lost and its
 * repetition, those messages, one batch at most, may stand twice.
 */
export class OrderedProducer {
  private producer: Producer | undefined;
  private sentByProducer = 0;
  /** The partitions as they were when kafkajs last chose among them. */
  private partitions: PartitionMetadata[] | undefined;
  /** kafkajs keeps the object it is given, so that the partition written into it lasts over retries. */
  private readonly outgoing = new WeakMap<OutgoingMessage, Message>();
  private readonly chooseByKey = Partitioners.DefaultPartitioner();

  constructor(
    private readonly kafka: KafkaClient,
    private readonly options: OrderedProducerOptions,
  ) {}

  /** Connects, however long it takes; false when `signal` aborted before. */
  async connect(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      try {
        await this.connected();
        return true;
      } catch (error) {
        this.options.onRetry?.(kafkaReason(error));
        await this.release();
        await delay(retryMs, signal);
      }
    }
    return false;
  }

  /** Splits messages into groups that {@link send} takes, each for one partition, in the order of the messages. */
  group<Item extends OutgoingMessage>(messages: readonly Item[]): Item[][] {
    const groups = new Map<string | number, Item[]>();
    for (const message of messages) {
      const partition = this.partitionOf(message) ?? message.key;
      const group = groups.get(partition);
      if (group === undefined) groups.set(partition, [message]);
      else group.push(message);
    }
    return [...groups.values()];
  }

  /**
   * Sends one group and repeats it until it is acknowledged; nothing when `signal` aborted first, and then it is not
   * known whether the group was written.
   * @throws Error when no repetition can succeed.
   */
  async send(group: readonly OutgoingMessage[], signal: AbortSignal): Promise<Acknowledgement | undefined> {
    const messages = group.map((message) => this.outgoingOf(message));
    let outcomeUnknown = false;
    let absences = 0;
    while (!signal.aborted) {
      try {
        const producer = await this.connected();
        const attempt = producer.send({
          topic: this.options.topic,
          messages,
          acks: -1,
          timeout: brokerTimeoutMs,
        });
        const answers = await orAborted(attempt, signal);
        if (answers === undefined) return undefined;
        const [answer] = answers;
        if (answer !== undefined) {
          this.sentByProducer += messages.length;
          if (this.sentByProducer >= messagesPerProducerId) await this.forget();
          return {
            partition: answer.partition,
            baseOffset: answer.baseOffset === undefined ? undefined : BigInt(answer.baseOffset),
          };
        }
        // kafkajs sends nothing for a partition that does not exist, and calls that a success.
        this.options.onRetry?.(`topic "${this.options.topic}" has lost partitions`);
        absences += 1;
        if (absences >= absencesBelieved) {
          for (const message of messages) delete message.partition;
          this.partitions = undefined;
        }
        await this.release();
      } catch (error) {
        const type = protocolErrorOf(error) ?? "";
        const unknownTopic = type === "UNKNOWN_TOPIC_OR_PARTITION" || isWithoutMetadata(error);
        const reason = unknownTopic
          ? `topic "${this.options.topic}" does not exist`
          : kafkaReason(error).replace(/^Broker -1 not found.*/, "a partition has no leader");
        if (alreadyThere.has(type)) return { partition: messages[0]?.partition ?? 0, baseOffset: undefined };
        if (hopeless.has(type)) throw new Error(`topic "${this.options.topic}": ${reason}`, { cause: error });
        if (producerIdLost.has(type)) {
          this.kafka.logger.warn(
            `the brokers do not know this producer any more (${type}): going on as a new one` +
              (outcomeUnknown ? `; the last ${messages.length} messages may stand twice` : ""),
          );
          await this.forget();
          continue;
        }
        outcomeUnknown ||= type === "";
        this.options.onRetry?.(reason);
        // A connection to a broker that vanished without a word would be kept for minutes.
        await this.release();
      }
      await delay(retryMs, signal);
    }
    return undefined;
  }

  async disconnect(): Promise<void> {
    await this.release();
  }

  private async connected(): Promise<Producer> {
    // Sending with a producer whose connect() failed would send without a producer id.
    this.producer ??= this.kafka.producer(() => (choice) => {
      this.partitions = choice.partitionMetadata;
      choice.message.partition ??= this.chooseByKey(choice);
      return choice.message.partition;
    });
    await this.producer.connect();
    return this.producer;
  }

  /** Closes the connections; the producer keeps its id and its sequence numbers. */
  private async release(): Promise<void> {
    if (this.producer !== undefined) {
      await within(disconnectWithinMs, this.producer.disconnect()).catch(() => {});
    }
  }

  /** Gives the producer up; the next send gets a new producer id. */
  private async forget(): Promise<void> {
    await this.release();
    this.producer = undefined;
    this.sentByProducer = 0;
  }

  private partitionOf(message: OutgoingMessage): number | undefined {
    if (this.partitions === undefined) return undefined;
    const outgoing = this.outgoingOf(message);
    outgoing.partition ??= this.chooseByKey({
      topic: this.options.topic,
      partitionMetadata: this.partitions,
      message: outgoing,
    });
    return outgoing.partition;
  }

  private outgoingOf(message: OutgoingMessage): Message {
    let outgoing = this.outgoing.get(message);
    if (outgoing === undefined) {
      outgoing = { key: message.key, value: message.value };
      this.outgoing.set(message, outgoing);
    }
    return outgoing;
  }
}

/** The result of `work`, or nothing as soon as `signal` aborts. */
async function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result | undefined> {
  let onAbort = () => {};
  const abort = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, abort]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
