import type { CreateOutcome, TopicToCreate } from "../shared/kafka";
import { AppError } from "../shared/run-app";
import { showDuration } from "../shared/text";
import { type Look, until } from "../shared/waiting";
import { batchesOf } from "./batches";
import { passingReason, type TopicInitContext } from "./context";
import { type PlannedTopic, showTopic, type TopicStep } from "./plan";
import { type PartitionPlacement, replicasByTopic } from "./replicas/plan-replicas";
import { minInsyncReplicasConfig } from "./topic-configs";

/** What may pass by itself: a broker that has just registered may not be counted in yet. */
const passing = ["INVALID_REPLICA_ASSIGNMENT", "INVALID_REPLICATION_FACTOR"];

const remedies: readonly (readonly [problem: string, remedy: string])[] = [
  ["INVALID_TOPIC_EXCEPTION", "name it with letters, digits, '.', '_' and '-', at most 249 of them"],
  ["INVALID_PARTITIONS", "set partitions to a number from 1"],
  ["INVALID_CONFIG", "correct its settings"],
];

type Replicas = readonly number[];

/** Creates the topics that are missing, on the brokers where the planner has placed them. */
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
  await until(
    waiting,
    async (): Promise<Look<undefined>> => {
      try {
        const outcomes = await cluster.createTopics(rest.map((topic) => toCreate(topic, replicasOf(topic))));
        const refused = takeOutcomes(context, rest, outcomes);
        rest = refused.map(({ topic }) => topic);
        reason = refused.at(-1)?.reason ?? "";
      } catch (error) {
        reason = passingReason(error, "topics could not be created");
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
 * Says what came of an attempt.
 * @returns the topics that may be created by another. @throws AppError that names all that will not be.
 */
function takeOutcomes(
  { logger }: TopicInitContext,
  topics: readonly PlannedTopic[],
  outcomes: ReadonlyMap<string, CreateOutcome>,
): { readonly topic: PlannedTopic; readonly reason: string }[] {
  const problems: string[] = [];
  const rest = topics.flatMap((topic) => {
    const outcome = outcomes.get(topic.name);
    if (outcome === undefined) return [{ topic, reason: "the brokers said nothing of it" }];
    if (outcome.kind === "created") logger.info(`${topic.name}: created (${showTopic(topic)})`);
    // By somebody else, or by an attempt of ours that was not answered.
    if (outcome.kind === "existed") logger.info(`${topic.name}: exists since just now`);
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
  return retriable || passing.some((problem) => reason.includes(problem));
}

function showRefusal({ name }: PlannedTopic, { reason }: Refusal): string {
  const [, remedy] = remedies.find(([problem]) => reason.includes(problem)) ?? [];
  return `topic "${name}": refused by the brokers: ${reason}; ${remedy ?? "look at their logs"}`;
}
