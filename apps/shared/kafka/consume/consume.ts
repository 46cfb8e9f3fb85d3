import type { Admin, Consumer, EachBatchPayload } from "kafkajs";
import { aborted, delay, within } from "../../shutdown";
import { counted } from "../../text";
import type { KafkaClient } from "../transport/client";
import type { ConsumerPulse } from "./consumer-health";
import { isFromKafka, kafkaReason, protocolErrorOf } from "../transport/errors";
import type { PartitionLags } from "./partition-lags";

/** Partitions by topic. */
export type Assignment = Readonly<Record<string, readonly number[]>>;

export interface ConsumeOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Ends the consuming: the group is left and the promise of {@link consume} resolves. */
  readonly signal: AbortSignal;
  /**
   * Handles the messages of one partition, oldest first. Nothing is committed for it. An error of its own (not of
   * Kafka) ends the consuming and rejects {@link consume}.
   */
  readonly eachBatch: (payload: EachBatchPayload) => Promise<void>;
  /**
   * Called each time the group has (re)assigned partitions, before the first fetch: the moment to `consumer.seek`, which
   * does nothing for a partition that is not assigned. It must do its seeks before its first `await`.
   */
  readonly onAssigned?: (consumer: Consumer, assignment: Assignment) => void;
  /**
   * Called for offsets, both ends included, that hold nothing to read (control records, records of aborted transactions,
   * compacted ones) where they fill a whole fetch, so that {@link eachBatch} does not see it.
   */
  readonly onPassedOver?: (topic: string, partition: number, first: number, last: number) => void;
  /** Called once at the end while still a member of the group: the moment to commit what is done. */
  readonly beforeLeaving?: (consumer: Consumer) => Promise<void>;
  /**
   * Whether a batch counts as read when `eachBatch` returns; otherwise only as far as its `resolveOffset` was called.
   * Default true.
   */
  readonly resolveWholeBatch?: boolean;
  /** Is told of all that shows that reading goes on, but for progress within a batch, of which `eachBatch` tells. */
  readonly pulse?: ConsumerPulse;
  readonly lags?: PartitionLags;
}

const retryMs = 1000;
const lookForTopicsMs = 5000;
const settleMs = 3000;
const settleStepMs = 500;
const leaveWithinMs = 5000;

/**
 * Reads topics from their beginning in a group until `signal` aborts, through outages of brokers, rebalances, and
 * topics that appear later. Offsets are committed by the caller alone.
 */
export async function consume(kafka: KafkaClient, options: ConsumeOptions): Promise<void> {
  const { logger } = kafka;
  const warned = new Set<string>();
  const warnOnce = (key: string, message: string) => {
    if (warned.has(key)) return;
    warned.add(key);
    logger.warn(message);
  };

  while (!options.signal.aborted) {
    const existing = await settledTopics(kafka, options.topics, options.signal);
    if (existing === undefined) break;
    const missing = options.topics.filter((topic) => !existing.includes(topic));
    for (const topic of missing) warnOnce(topic, `topic "${topic}" does not exist: reading it once it does`);
    for (const topic of existing) warned.delete(topic);
    if (existing.length === 0) {
      options.pulse?.nothingToRead();
      await delay(lookForTopicsMs, options.signal);
      continue;
    }

    const end = await consumeOnce(kafka, options, { topics: existing, missing });
    if (end.kind === "failed") throw end.error;
    if (end.kind === "crashed") {
      options.pulse?.failed(`reading stopped (${kafkaReason(end.error)})`);
      logger.warn(`reading stopped (${kafkaReason(end.error)}): starting again`);
      await delay(retryMs, options.signal);
    }
  }
}

type RoundEnd =
  | { readonly kind: "aborted" }
  | { readonly kind: "topics-appeared" }
  | { readonly kind: "crashed"; readonly error: unknown }
  | { readonly kind: "failed"; readonly error: unknown };

interface Round {
  /** What to read, and what to look out for. */
  readonly topics: readonly string[];
  readonly missing: readonly string[];
}

async function consumeOnce(
  kafka: KafkaClient,
  options: ConsumeOptions,
  { topics, missing }: Round,
): Promise<RoundEnd> {
  const { logger } = kafka;
  const { groupId, signal, onAssigned, onPassedOver, beforeLeaving, resolveWholeBatch = true } = options;
  const { pulse, lags } = options;
  const group = kafka.consumer(groupId, {
    answered(answers) {
      pulse?.answered(answers);
      lags?.answered(answers);
    },
    failed: (error) => pulse?.failed(kafkaReason(error)),
  });
  const { consumer } = group;
  pulse?.follow(consumer);
  const roundOver = new AbortController();
  let end: RoundEnd | undefined;
  const finish = (how: RoundEnd) => {
    end ??= how;
    roundOver.abort();
  };

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const partitions = Object.values(payload.memberAssignment).flat().length;
    logger.info(`joined group ${groupId}: reading ${counted(partitions, "partition")}`);
    lags?.assigned(payload.memberAssignment);
    onAssigned?.(consumer, payload.memberAssignment);
  });
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    const { topic, partition, batchSize, firstOffset, lastOffset } = payload;
    // Null, whatever its type says, when all that was fetched has been compacted away.
    const first = (firstOffset as string | null) ?? lastOffset;
    if (batchSize > 0) return;
    lags?.read(topic, partition, Number(lastOffset));
    pulse?.read(topic, partition, Number(lastOffset) + 1);
    onPassedOver?.(topic, partition, Number(first), Number(lastOffset));
  });
  consumer.on(consumer.events.REBALANCING, () => pulse?.failed("its group is rebalancing"));
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    finish({ kind: "crashed", error: payload.error });
  });
  const onAbort = () => finish({ kind: "aborted" });
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();

  const work = async () => {
    await consumer.connect();
    // Without it all goes well too, only later.
    await group.removeFormerMembers().catch(() => {});
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: resolveWholeBatch,
      eachBatch: async (payload) => {
        try {
          await handle(options, payload);
        } catch (error) {
          if (!isFromKafka(error)) finish({ kind: "failed", error });
          throw error;
        }
      },
    });
  };
  work().catch((error: unknown) => finish({ kind: "crashed", error }));
  if (missing.length > 0) {
    void watchForTopics(kafka, missing, roundOver.signal, () => finish({ kind: "topics-appeared" }));
  }

  await aborted(roundOver.signal);
  signal.removeEventListener("abort", onAbort);
  if (end?.kind === "aborted" || end?.kind === "topics-appeared") {
    await beforeLeaving?.(consumer).catch((error: unknown) => {
      if (!isFromKafka(error)) end = { kind: "failed", error };
      else logger.warn(`what was done last could not be committed (${kafkaReason(error)})`);
    });
  }
  await within(leaveWithinMs, consumer.disconnect()).catch(() => {});
  return end ?? { kind: "aborted" };
}

/** Has a batch handled, under the eyes of those who are told of it. */
async function handle(
  { eachBatch, pulse, lags, resolveWholeBatch = true }: ConsumeOptions,
  payload: EachBatchPayload,
): Promise<void> {
  const { topic, partition } = payload.batch;
  const followed = lags?.following(payload) ?? payload;
  const watched: EachBatchPayload = {
    ...followed,
    resolveOffset(offset) {
      followed.resolveOffset(offset);
      pulse?.read(topic, partition, Number(offset) + 1);
    },
  };
  const work = () => eachBatch(watched);
  await (pulse === undefined ? work() : pulse.handling(work, payload.batch));
  if (!resolveWholeBatch) return;
  const last = Number(payload.batch.lastOffset());
  lags?.read(topic, partition, last);
  pulse?.read(topic, partition, last + 1);
}

/** Which of the topics exist. A broker that has just started may not know yet: a missing one is asked for again. */
async function settledTopics(
  kafka: KafkaClient,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<string[] | undefined> {
  for (let waitedMs = 0; ; waitedMs += settleStepMs) {
    const existing = await existingTopics(kafka, topics, signal);
    if (existing === undefined || existing.length === topics.length || waitedMs >= settleMs) return existing;
    await delay(settleStepMs, signal);
  }
}

async function watchForTopics(
  kafka: KafkaClient,
  missing: readonly string[],
  signal: AbortSignal,
  onAppeared: () => void,
): Promise<void> {
  while ((await delay(lookForTopicsMs, signal)) === "elapsed") {
    const found = await existingTopics(kafka, missing, signal);
    if (found !== undefined && found.length > 0) {
      onAppeared();
      return;
    }
  }
}

/** Which of the topics exist, asked until a broker answers; nothing when `signal` aborts first. */
export async function existingTopics(
  kafka: KafkaClient,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<string[] | undefined> {
  while (!signal.aborted) {
    const admin = kafka.admin();
    try {
      await admin.connect();
      const found: string[] = [];
      for (const topic of topics) if (await exists(admin, topic)) found.push(topic);
      return found;
    } catch (error) {
      kafka.logger.debug(`the topics could not be listed: ${kafkaReason(error)}`);
      await delay(retryMs, signal);
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }
  return undefined;
}

/** Asks for one topic at a time: asked for several, kafkajs does not say which one is missing. */
async function exists(admin: Admin, topic: string): Promise<boolean> {
  try {
    await admin.fetchTopicMetadata({ topics: [topic] });
    return true;
  } catch (error) {
    const type = protocolErrorOf(error);
    if (type === "UNKNOWN_TOPIC_OR_PARTITION") return false;
    if (type === "LEADER_NOT_AVAILABLE") return true;
    throw error;
  }
}
