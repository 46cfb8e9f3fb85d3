import type { ClusterDescription } from "../shared/kafka";
import { AppError } from "../shared/run-app";
import { counted, showDuration } from "../shared/text";
import { type WaitStep, waitUntilDone } from "../shared/waiting";
import { absent, existingTopics, foundTopics, partitionsToPlace, unready } from "./cluster-state";
import { retryUntilDone, plannedBrokers, type TopicInitContext } from "./context";
import { addMissingPartitions, createMissingTopics } from "./topics/create-topics";
import {
  type PlannedTopic,
  plannedTopics,
  planTopics,
  showTopic,
  type TopicStep,
} from "./topics/plan-topics";
import { forgetGoneBrokers, waitForBrokers } from "./brokers";
import { reconcileQuorum } from "./quorum/reconcile-quorum";
import { electPreferredLeaders, moveReplicas } from "./replicas/move-replicas";
import { type PartitionPlacement, planReplicas } from "./replicas/plan-replicas";
import { changeConfigs } from "./topics/change-configs";

/**
 * Makes a running cluster match the plan: its voters, its topics, their partitions, settings and replicas, on the planned brokers only.
 * It may be stopped at any moment and run again. It does not change a cluster that is as planned.
 * @throws AppError with what is not possible, and the remedy. Brokers that are not planned are still needed then.
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
  // Once more: somebody else may have created one of them meanwhile, with other settings. Leaders are checked later, where the problems
  // can be reported.
  refuseConflicts(planSteps(context, planned, await waitWhile(context, planned, absent)));

  const placements = await planPlacements(context, planned);
  const configs = await changeConfigs(context, planned, placements);
  await moveReplicas(context, placements);
  await addMissingPartitions(context, planned, placements);
  await waitWhile(context, planned, unready);
  await configs.finish();
  await electPreferredLeaders(context, planned, placements);
  await checkOutcome(context, planned);
  // Only now: if the run fails before, surplus brokers stay in the cluster and keep their votes.
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

/** Lists the problems of planned topics, one text each. */
type Problems = (planned: readonly PlannedTopic[], cluster: ClusterDescription) => readonly string[];

/** Waits until planned topics have no problems. */
async function waitWhile(
  context: TopicInitContext,
  planned: readonly PlannedTopic[],
  problemsOf: Problems,
): Promise<ClusterDescription> {
  let problems: readonly string[] = [];
  return waitUntilDone(
    context.waiting,
    async (): Promise<WaitStep<ClusterDescription>> => {
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

/** Checks that brokers which are not planned are no longer needed. @throws AppError that names a partition on one of them */
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
    `topic "${stray.name}" partition ${stray.partition}: lies on broker ${stray.others.join(", ")}, which is not planned: ` +
      `it was just created or moved there; run this again`,
  );
}
