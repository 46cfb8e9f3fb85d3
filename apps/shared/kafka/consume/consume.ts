import { aborted, delay, within } from "../../shutdown";
import { counted } from "../../text";
import { existingTopics } from "../admin/topics";
import type { KafkaClient } from "../transport/client";
import { isFromKafka, kafkaReason, toKafkaError } from "../transport/errors";
import type { Consumer, EachBatchPayload } from "../transport/kafkajs-internals";
import type { ConsumerHealth } from "./consumer-health";
import type { PartitionLags } from "./partition-lags";
import type { Assignment } from "./partition-progress";

export interface ConsumeOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Ends the consuming: the consumer leaves the group, and {@link consume} resolves. */
  readonly signal: AbortSignal;
  /**
   * Handles the messages of one partition, oldest first. It commits offsets itself. If it throws an error that is not Kafka's, the consuming
   * ends and {@link consume} rejects.
   */
  readonly eachBatch: (payload: EachBatchPayload) => Promise<void>;
  /**
   * Called each time the group has assigned partitions, before the first fetch: the moment to call `consumer.seek`, which does nothing for
   * a partition that is not assigned. It must seek before its first `await`.
   */
  readonly onAssigned?: (consumer: Consumer, assignment: Assignment) => void;
  /**
   * Called for offsets, both ends included, without anything to read (control records, records of aborted transactions, compacted
   * records), if they fill a whole fetch, which {@link eachBatch} does not see then.
   */
  readonly onPassedOver?: (topic: string, partition: number, first: number, last: number) => void;
  /** Called once at the end, while the consumer is still a member of the group: the moment to commit what is done. */
  readonly beforeLeaving?: (consumer: Consumer) => Promise<void>;
  /**
   * Whether a whole batch counts as read when `eachBatch` returns; otherwise only as far as its `resolveOffset` was called. Default true.
   */
  readonly resolveWholeBatch?: boolean;
  /** Hears everything that shows that reading goes on, except progress within a batch, which `eachBatch` reports to it. */
  readonly health?: ConsumerHealth;
  readonly lags?: PartitionLags;
}

const retryMs = 1000;
const lookForTopicsMs = 5000;
const settleMs = 3000;
const settleStepMs = 500;
const leaveWithinMs = 5000;

/**
 * Reads topics from their beginning in a group until `signal` aborts, through outages of brokers and rebalances, and including topics that
 * are created later. Only the caller commits offsets.
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
      options.health?.nothingToRead();
      await delay(lookForTopicsMs, options.signal);
      continue;
    }

    const end = await consumeOnce(kafka, options, { topics: existing, missing });
    if (end.kind === "failed") throw end.error;
    if (end.kind === "crashed") {
      options.health?.failed(`reading stopped (${kafkaReason(end.error)})`);
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
  /** Topics to read. */
  readonly topics: readonly string[];
  /** Topics to wait for. */
  readonly missing: readonly string[];
}

async function consumeOnce(
  kafka: KafkaClient,
  options: ConsumeOptions,
  { topics, missing }: Round,
): Promise<RoundEnd> {
  const { logger } = kafka;
  const { groupId, signal, onAssigned, onPassedOver, beforeLeaving, resolveWholeBatch = true } = options;
  const { health, lags } = options;
  const group = kafka.consumer(groupId, {
    answered(answers) {
      health?.answered(answers);
      lags?.answered(answers);
    },
    failed: (error) => health?.failed(kafkaReason(error)),
  });
  const { consumer } = group;
  health?.observe(consumer);
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
    // Null, although its type does not say so, if everything that was fetched has been compacted away.
    const first = (firstOffset as string | null) ?? lastOffset;
    if (batchSize > 0) return;
    lags?.read(topic, partition, Number(lastOffset));
    health?.read(topic, partition, Number(lastOffset) + 1);
    onPassedOver?.(topic, partition, Number(first), Number(lastOffset));
  });
  consumer.on(consumer.events.REBALANCING, () => health?.failed("its group is rebalancing"));
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    finish({ kind: "crashed", error: toKafkaError(payload.error) });
  });
  const onAbort = () => finish({ kind: "aborted" });
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();

  const work = async () => {
    await consumer.connect();
    // If this fails, the group takes longer and works too.
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
      else logger.warn(`the last offsets could not be committed (${kafkaReason(error)})`);
    });
  }
  await within(leaveWithinMs, consumer.disconnect()).catch(() => {});
  return end ?? { kind: "aborted" };
}

/** Lets `eachBatch` handle a batch, and reports its progress. */
async function handle(
  { eachBatch, health, lags, resolveWholeBatch = true }: ConsumeOptions,
  payload: EachBatchPayload,
): Promise<void> {
  const { topic, partition } = payload.batch;
  const followed = lags?.following(payload) ?? payload;
  const watched: EachBatchPayload = {
    ...followed,
    resolveOffset(offset) {
      followed.resolveOffset(offset);
      health?.read(topic, partition, Number(offset) + 1);
    },
  };
  const work = () => eachBatch(watched);
  await (health === undefined ? work() : health.handling(work, payload.batch));
  if (!resolveWholeBatch) return;
  const last = Number(payload.batch.lastOffset());
  lags?.read(topic, partition, last);
  health?.read(topic, partition, last + 1);
}

/** Those of the topics that exist. A broker that has just started may not know all of them: a missing topic is asked for again. */
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
