import type { ClusterDescription, CreateOutcome, TopicToCreate } from "../../shared/kafka";
import { AppError } from "../../shared/run-app";
import { counted, showDuration } from "../../shared/text";
import { type WaitStep, waitUntilDone } from "../../shared/waiting";
import { existingTopics } from "../cluster-state";
import { retryReason, type TopicInitContext } from "../context";
import { type PartitionPlacement, replicasByTopic } from "../replicas/plan-replicas";
import { minInsyncReplicasConfig } from "./plan-configs";
import { type PlannedTopic, showTopic, type TopicStep } from "./plan-topics";

/** Refusals that may pass by themselves: brokers may not know yet of one that has just registered. */
const passingRefusals = ["INVALID_REPLICA_ASSIGNMENT", "INVALID_REPLICATION_FACTOR"];

const remedies: readonly (readonly [problem: string, remedy: string])[] = [
  ["INVALID_TOPIC_EXCEPTION", "name it with letters, digits, '.', '_' and '-', at most 249 of them"],
  ["INVALID_PARTITIONS", "set partitions to a number from 1"],
  ["INVALID_CONFIG", "correct its settings"],
];

type Replicas = readonly number[];

/** Creates the missing topics on the brokers where the planner has placed them. @throws AppError that names topics which cannot be created */
export async function createMissingTopics(
  context: TopicInitContext,
  steps: readonly TopicStep[],
  placements: readonly PartitionPlacement[],
): Promise<void> {
  const missing = steps.filter(({ kind }) => kind === "create").map(({ topic }) => topic);
  const replicas = replicasByTopic(placements);
  for (const batch of batchesOf(missing, ({ partitions }) => partitions)) {
    await createBatch(context, batch, (topic) => replicas.get(topic.name) ?? []);
  }
}

async function createBatch(
  context: TopicInitContext,
  topics: readonly PlannedTopic[],
  replicasOf: (topic: PlannedTopic) => readonly Replicas[],
): Promise<void> {
  const { cluster, logger, waiting } = context;
  let rest = topics;
  let reason = "";
  await waitUntilDone(
    waiting,
    async (): Promise<WaitStep<undefined>> => {
      try {
        const outcomes = await cluster.createTopics(rest.map((topic) => toCreate(topic, replicasOf(topic))));
        const refused = takeOutcomes(context, rest, outcomes);
        rest = refused.map(({ topic }) => topic);
        reason = refused.at(-1)?.reason ?? "";
      } catch (error) {
        reason = retryReason(error, "topics could not be created");
        logger.debug(`topics could not be created: ${reason}`);
      }
      return rest.length === 0
        ? { kind: "done", result: undefined }
        : { kind: "waiting", progress: String(rest.length) };
    },
    () =>
      `topic "${rest[0]?.name}": not created after ${showDuration(waiting.timeoutMs)} (${reason}); ` +
      `look at the logs of the brokers`,
  );
}

/**
 * Logs the outcomes of an attempt.
 * @returns the topics that another attempt may create
 * @throws AppError that names all topics that no attempt can create
 */
function takeOutcomes(
  { logger }: TopicInitContext,
  topics: readonly PlannedTopic[],
  outcomes: ReadonlyMap<string, CreateOutcome>,
): { readonly topic: PlannedTopic; readonly reason: string }[] {
  const problems: string[] = [];
  const rest = topics.flatMap((topic) => {
    const outcome = outcomes.get(topic.name);
    if (outcome === undefined) return [{ topic, reason: "the brokers did not answer for it" }];
    if (outcome.kind === "created") logger.info(`${topic.name}: created (${showTopic(topic)})`);
    // Somebody else has created it, or an attempt of ours that was not answered.
    if (outcome.kind === "existed") logger.info(`${topic.name}: was created meanwhile`);
    if (outcome.kind !== "refused") return [];
    if (mayPass(outcome)) return [{ topic, reason: outcome.reason }];
    problems.push(showRefusal(topic, outcome));
    return [];
  });
  if (problems.length > 0) throw new AppError(problems.join("\n"));
  return rest;
}

function toCreate(topic: PlannedTopic, assignment: readonly Replicas[]): TopicToCreate {
  const config = { ...topic.config, [minInsyncReplicasConfig]: String(topic.minInsyncReplicas) };
  return { name: topic.name, assignment, config };
}

type Refusal = Extract<CreateOutcome, { readonly kind: "refused" }>;

function mayPass({ reason, retriable }: Refusal): boolean {
  return retriable || passingRefusals.some((problem) => reason.includes(problem));
}

function showRefusal({ name }: PlannedTopic, { reason }: Refusal): string {
  const [, remedy] = remedies.find(([problem]) => reason.includes(problem)) ?? [];
  return `topic "${name}": refused by the brokers: ${reason}; ${remedy ?? "look at their logs"}`;
}

/** A topic that has fewer partitions than planned. */
interface LackingTopic {
  readonly topic: PlannedTopic;
  readonly found: number;
}

/**
 * Adds the partitions that existing topics lack, on the brokers where the planner has placed them. Kafka accepts only partitions with as
 * many replicas as the topic's first partition, so that one must be as planned before. Each attempt reads the topics first: brokers would
 * refuse to add partitions that an attempt without an answer has added.
 * @throws AppError that names a topic when there is no progress for too long
 */
export async function addMissingPartitions(
  context: TopicInitContext,
  planned: readonly PlannedTopic[],
  placements: readonly PartitionPlacement[],
): Promise<void> {
  const { cluster, logger, waiting } = context;
  const replicas = replicasByTopic(placements);
  const growing = new Map<PlannedTopic, number>();
  let lacking: readonly LackingTopic[] = [];
  let reason = "";
  await waitUntilDone(
    waiting,
    async (): Promise<WaitStep<undefined>> => {
      try {
        lacking = lackingTopics(planned, await cluster.describe());
        for (const { topic, found } of lacking) if (!growing.has(topic)) growing.set(topic, found);
        for (const [topic, from] of growing) {
          if (lacking.some((each) => each.topic === topic)) continue;
          growing.delete(topic);
          logger.info(`${topic.name}: has ${counted(topic.partitions, "partition")} now, had ${from}`);
        }
        if (lacking.length === 0) return { kind: "done", result: undefined };
        for (const batch of batchesOf(lacking, ({ topic, found }) => topic.partitions - found)) {
          const refused = await cluster.createPartitions(
            batch.map(({ topic, found }) => {
              const added = (replicas.get(topic.name) ?? []).slice(found);
              return { topic: topic.name, count: topic.partitions, added };
            }),
          );
          reason = [...refused.values()].at(0) ?? reason;
        }
      } catch (error) {
        reason = retryReason(error, "partitions could not be added");
        logger.debug(`partitions could not be added: ${reason}`);
      }
      return { kind: "waiting", progress: String(lacking.length) };
    },
    () => {
      const [first] = lacking;
      const subject =
        first === undefined
          ? "partitions could not be added"
          : `topic "${first.topic.name}": only ${first.found} of ${first.topic.partitions} partitions`;
      return `${subject} after ${showDuration(waiting.timeoutMs)} (${reason}); look at the logs of the brokers`;
    },
  );
}

function lackingTopics(planned: readonly PlannedTopic[], cluster: ClusterDescription): LackingTopic[] {
  const found = new Map(existingTopics(cluster).map(({ name, partitions }) => [name, partitions.length]));
  return planned.flatMap((topic) => {
    const count = found.get(topic.name);
    if (topic.internal || count === undefined || count >= topic.partitions) return [];
    return [{ topic, found: count }];
  });
}

/** Topics of one request. A thousand requests would take minutes, and one request for a thousand topics would exceed its time-out. */
const topicsAtOnce = 50;
/**
 * Partitions of one request. KRaft refuses a request that makes more than 10,000 records: one for each partition, topic and setting
 * (QuorumController.MAX_RECORDS_PER_USER_OP, KAFKA-14996, KAFKA-17870). A topic with more partitions gets a request of its own.
 */
const partitionsAtOnce = 2000;

/** Splits a list of topics, in its order, into as few requests as brokers accept. */
export function batchesOf<Topic>(
  topics: readonly Topic[],
  partitionsOf: (topic: Topic) => number,
): readonly (readonly Topic[])[] {
  const batches: Topic[][] = [];
  let partitions = Infinity;
  for (const topic of topics) {
    partitions += partitionsOf(topic);
    const last = batches.at(-1);
    if (last !== undefined && last.length < topicsAtOnce && partitions <= partitionsAtOnce) {
      last.push(topic);
    } else {
      batches.push([topic]);
      partitions = partitionsOf(topic);
    }
  }
  return batches;
}
