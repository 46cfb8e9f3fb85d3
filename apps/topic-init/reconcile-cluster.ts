import { type ClusterDescription, isFromKafka, kafkaReason, TooOldBroker } from "../shared/kafka";
import { AppError } from "../shared/run-app";
import { counted, showDuration } from "../shared/text";
import { type Look, until } from "../shared/waiting";
import { absent, existingTopics, foundTopics, partitionsToPlace, unready } from "./cluster-state";
import { retryUntilDone, plannedBrokers, type TopicInitContext } from "./context";
import { addMissingPartitions } from "./add-partitions";
import { createMissingTopics } from "./create-topics";
import { type PlannedTopic, plannedTopics, planTopics, showTopic, type TopicStep } from "./plan";
import { forgetGoneBrokers } from "./forget-brokers";
import { reconcileQuorum } from "./quorum/reconcile-quorum";
import { byTopic } from "./replicas/moves";
import { notOnPreferredLeader, moveReplicas } from "./replicas/move-replicas";
import { type PartitionPlacement, planReplicas } from "./replicas/plan-replicas";
import { changeConfigs } from "./change-configs";
import { waitForBrokers } from "./wait-for-brokers";

/**
 * Makes a running cluster what the plan says: who votes, which topics there are, with which partitions, settings and copies, on the
 * planned brokers alone. It may be ended at any moment and run again. A cluster that is as planned is left alone.
 * @throws AppError with what cannot be had, and the way out; brokers that are not planned are then still needed.
 */
export async function reconcileCluster(context: TopicInitContext): Promise<void> {
  const { settings, logger } = context;
  const planned = plannedTopics(settings);
  await waitForBrokers(context);
  const steps = planSteps(context, planned, await describe(context));
  refuseConflicts(steps);
  for (const step of steps) {
    if (step.kind !== "keep" || step.topic.internal) continue;
    logger.info(`${step.topic.name}: exists (${showTopic(step.found)})`);
  }

  const voters = settings.TOPIC_INIT_VOTERS;
  if (voters !== undefined) await reconcileQuorum(context, voters, "kept");
  await createMissingTopics(context, steps, await planPlacements(context, planned));
  // Looks once more: somebody else may have created one of them meanwhile, and otherwise than planned.
  // Whether all have leaders comes later, where what is wrong can be told.
  refuseConflicts(planSteps(context, planned, await waitWhile(context, planned, absent)));

  const placements = await planPlacements(context, planned);
  const configs = await changeConfigs(context, planned, placements);
  await moveReplicas(context, placements);
  await addMissingPartitions(context, planned, placements);
  await waitWhile(context, planned, unready);
  await configs.finish();
  await electLeaders(context, planned, placements);
  await checkOutcome(context, planned);
  // Only now: a run that fails before leaves the brokers that are to go where they are, and they vote.
  if (voters !== undefined) {
    await reconcileQuorum(context, voters, "removed");
    await forgetGoneBrokers(context);
  }

  const count = settings.TOPIC_INIT_TOPICS.length;
  logger.info(count === 0 ? "no topics planned: nothing to create" : `${counted(count, "topic")} ready`);
}

function describe(context: TopicInitContext): Promise<ClusterDescription> {
  return retryUntilDone(context, "the existing topics could not be read", () => context.cluster.describe());
}

function planSteps(
  { settings }: TopicInitContext,
  planned: readonly PlannedTopic[],
  cluster: ClusterDescription,
): TopicStep[] {
  return planTopics(planned, foundTopics(cluster), settings.TOPIC_INIT_BROKERS);
}

function refuseConflicts(steps: readonly TopicStep[]): void {
  const conflicts = steps.flatMap((step) => (step.kind === "conflict" ? [step.reason] : []));
  if (conflicts.length > 0) throw new AppError(conflicts.join("\n"));
}

async function planPlacements(
  context: TopicInitContext,
  planned: readonly PlannedTopic[],
): Promise<PartitionPlacement[]> {
  const brokers = plannedBrokers(context);
  const underWay = await retryUntilDone(context, "the moves under way could not be read", () =>
    context.cluster.reassignments(),
  );
  return planReplicas(partitionsToPlace(planned, await describe(context), underWay, brokers.length), brokers);
}

/** What planned topics lack, a text each. */
type Problems = (planned: readonly PlannedTopic[], cluster: ClusterDescription) => readonly string[];

/** Waits until planned topics lack nothing. */
async function waitWhile(
  context: TopicInitContext,
  planned: readonly PlannedTopic[],
  problemsOf: Problems,
): Promise<ClusterDescription> {
  let problems: readonly string[] = [];
  return until(
    context.waiting,
    async (): Promise<Look<ClusterDescription>> => {
      const cluster = await describe(context);
      problems = problemsOf(planned, cluster);
      return problems.length === 0
        ? { kind: "done", result: cluster }
        : { kind: "waiting", progress: String(problems.length) };
    },
    () => {
      const after = showDuration(context.waiting.timeoutMs);
      const shown = problems.map((problem) => `${problem} after ${after}`);
      return `${shown.join("\n")}\nlook at the logs of the brokers`;
    },
  );
}

/** Lets the first replica of each planned partition lead it, so that leaders are as even as they are planned. */
async function electLeaders(
  { cluster, logger }: TopicInitContext,
  planned: readonly PlannedTopic[],
  placements: readonly PartitionPlacement[],
): Promise<void> {
  const names = new Set(planned.map(({ name }) => name));
  try {
    const partitions = notOnPreferredLeader(
      placements.filter(({ topic }) => names.has(topic)),
      await cluster.describe(),
    );
    if (partitions.length === 0) return;
    await cluster.electPreferredLeaders(byTopic(partitions));
    logger.info(`${counted(partitions.length, "partition")} led by the planned broker again`);
  } catch (error) {
    if (!isFromKafka(error) && !(error instanceof TooOldBroker)) throw error;
    logger.warn(
      `leaders stay where they are for now (${kafkaReason(error)}): the brokers will even them out`,
    );
  }
}

/** Makes sure that brokers which are not planned are not needed any more. */
async function checkOutcome(context: TopicInitContext, planned: readonly PlannedTopic[]): Promise<void> {
  const cluster = await waitWhile(context, planned, unready);
  const brokers = plannedBrokers(context);
  const strays = existingTopics(cluster).flatMap(({ name, partitions }) =>
    partitions.flatMap(({ partition, replicas }) => {
      const others = replicas.filter((broker) => !brokers.includes(broker));
      return others.length === 0 ? [] : [{ name, partition, others }];
    }),
  );
  const [stray] = strays;
  if (stray === undefined) return;
  throw new AppError(
    `topic "${stray.name}" partition ${stray.partition}: lies on broker ${stray.others.join(", ")}, which is not planned, ` +
      `because it was made or moved there just now; run this again`,
  );
}
