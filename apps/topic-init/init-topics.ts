import type { TopicInitEnvironment, TopicSettings } from "../shared/contract/topic-init";
import { type Admin, createTopic, describeTopics, kafkaReason, type TopicState } from "../shared/kafka";
import type { Logger } from "../shared/logger";
import { AppError } from "../shared/run-app";
import { delay } from "../shared/shutdown";
import { counted, showDuration } from "../shared/text";
import { planTopics, showTopic, type TopicStep } from "./plan";

const lookAgainMs = 500;
const createTimeoutMs = 10_000;
/** Topics that are being created at the same time; one after the other, a thousand would take minutes. */
const createAtOnce = 16;

const remedies: readonly (readonly [problem: string, remedy: string])[] = [
  ["INVALID_REPLICATION_FACTOR", "lower replicationFactor or add brokers"],
  ["INVALID_TOPIC_EXCEPTION", "name it with letters, digits, '.', '_' and '-', at most 249 of them"],
  ["INVALID_PARTITIONS", "set partitions to a number from 1"],
];

interface Wait {
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** How long each single wait may take. */
  readonly timeoutMs: number;
}

/** Brings the topics into being and waits until they can be written to. @throws AppError with the reason. */
export async function initTopics(
  admin: Admin,
  settings: TopicInitEnvironment,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const wait: Wait = { logger, signal, timeoutMs: settings.TOPIC_INIT_TIMEOUT_MS };
  const planned = settings.TOPIC_INIT_TOPICS;

  await waitForBrokers(admin, settings, wait);
  if (planned.length === 0) {
    logger.info("no topics planned: nothing to create");
    return;
  }
  const found = await insist(wait, "the existing topics could not be read", () =>
    describeTopics(admin, namesOf(planned)),
  );
  const steps = planTopics(planned, found, settings.TOPIC_INIT_BROKERS);
  refuseConflicts(steps);

  for (const step of steps) {
    if (step.kind === "keep" && step.warning !== undefined) logger.warn(step.warning);
    else if (step.kind === "keep") logger.info(`${step.topic.name}: exists (${showTopic(step.topic)})`);
  }
  const missing = steps.filter(({ kind }) => kind === "create").map(({ topic }) => topic);
  await eachOf(missing, createAtOnce, (topic) => create(admin, topic, settings.TOPIC_INIT_BROKERS, wait));
  // Looks once more: somebody else may have created one of them meanwhile, and otherwise than planned.
  const made = await waitForLeaders(admin, planned, wait);
  refuseConflicts(planTopics(planned, made, settings.TOPIC_INIT_BROKERS));
  logger.info(`${counted(planned.length, "topic")} ready`);
}

function refuseConflicts(steps: readonly TopicStep[]): void {
  const conflicts = steps.flatMap((step) => (step.kind === "conflict" ? [step.reason] : []));
  if (conflicts.length > 0) throw new AppError(conflicts.join("\n"));
}

async function waitForBrokers(
  admin: Admin,
  { TOPIC_INIT_BROKERS: needed, KAFKA_BOOTSTRAP_SERVERS: servers }: TopicInitEnvironment,
  wait: Wait,
): Promise<void> {
  let seen = -1;
  let problem = "";
  await until(
    wait,
    async () => {
      try {
        await admin.connect();
        const { brokers } = await admin.describeCluster();
        if (brokers.length !== seen) wait.logger.info(`${brokers.length} of ${needed} brokers registered`);
        seen = brokers.length;
        return brokers.length >= needed;
      } catch (error) {
        problem = kafkaReason(error);
        await admin.disconnect().catch(() => {});
        return false;
      }
    },
    () =>
      seen < 0
        ? `brokers: none answers at ${servers.join(", ")} after ${showDuration(wait.timeoutMs)} (${problem}); ` +
          `check that the brokers run and that the addresses are right`
        : `brokers: ${seen} of ${needed} registered after ${showDuration(wait.timeoutMs)}; ` +
          `look at the logs of those that are missing`,
  );
}

async function create(admin: Admin, topic: TopicSettings, brokers: number, wait: Wait): Promise<void> {
  const enoughBrokers = topic.replicationFactor <= brokers;
  let reason = "";
  await until(
    wait,
    async () => {
      const outcome = await createTopic(
        admin,
        { ...topic, config: { "min.insync.replicas": String(topic.minInsyncReplicas) } },
        createTimeoutMs,
      ).catch((error: unknown) => {
        reason = kafkaReason(error);
        return undefined;
      });
      if (outcome?.kind === "created") wait.logger.info(`${topic.name}: created (${showTopic(topic)})`);
      if (outcome?.kind === "existed")
        wait.logger.info(`${topic.name}: exists, created by somebody else just now`);
      if (outcome?.kind === "refused") {
        reason = outcome.refusal.reason;
        // A broker that has just registered may not be counted in yet.
        const unknownBrokers = reason.includes("INVALID_REPLICATION_FACTOR") && enoughBrokers;
        if (!outcome.refusal.retriable && !unknownBrokers) {
          const [, remedy] = remedies.find(([problem]) => reason.includes(problem)) ?? [];
          throw new AppError(
            `topic "${topic.name}": refused by the brokers: ${reason}; ${remedy ?? "look at their logs"}`,
          );
        }
      }
      return outcome !== undefined && outcome.kind !== "refused";
    },
    () =>
      `topic "${topic.name}": not created after ${showDuration(wait.timeoutMs)} (${reason}); ` +
      `look at the logs of the brokers`,
  );
}

async function waitForLeaders(
  admin: Admin,
  planned: readonly TopicSettings[],
  wait: Wait,
): Promise<readonly TopicState[]> {
  let problems: string[] = [];
  let states: TopicState[] | undefined;
  await until(
    wait,
    async () => {
      states = await describeTopics(admin, namesOf(planned)).catch(() => undefined);
      if (states !== undefined) problems = unready(planned, states);
      return states !== undefined && problems.length === 0;
    },
    () => {
      const after = showDuration(wait.timeoutMs);
      const shown = problems.length === 0 ? ["topics: not described by the brokers"] : problems;
      return `${shown.map((problem) => `${problem} after ${after}`).join("\n")}\nlook at the logs of the brokers`;
    },
  );
  return states ?? [];
}

/** What topics still lack, a text each: `topic "device-1": no leader for partitions 0, 2`. */
export function unready(planned: readonly TopicSettings[], states: readonly TopicState[]): string[] {
  const byName = new Map(states.map((state) => [state.name, state]));
  return planned.flatMap(({ name, partitions }) => {
    const state = byName.get(name);
    if (state === undefined) return [`topic "${name}": not there`];
    if (state.leaderless.length > 0) {
      const noun = state.leaderless.length === 1 ? "partition" : "partitions";
      return [`topic "${name}": no leader for ${noun} ${state.leaderless.join(", ")}`];
    }
    if (state.partitions < partitions) {
      return [`topic "${name}": only ${state.partitions} of ${partitions} partitions`];
    }
    return [];
  });
}

/** Looks again and again until `done`; fails with `reason` when that takes too long. */
async function until(wait: Wait, done: () => Promise<boolean>, reason: () => string): Promise<void> {
  const deadlineMs = Date.now() + wait.timeoutMs;
  while (!(await done())) {
    if (wait.signal.aborted) throw new AppError("ended before the topics were ready");
    if (Date.now() >= deadlineMs) throw new AppError(reason());
    await delay(lookAgainMs, wait.signal);
  }
}

/** Does `work` for every item, several at a time, beginning with the first. */
async function eachOf<Item>(items: readonly Item[], atOnce: number, work: (item: Item) => Promise<void>) {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Repeats what fails; fails with the last reason when that takes too long. */
async function insist<Result>(wait: Wait, failure: string, work: () => Promise<Result>): Promise<Result> {
  let result: { readonly value: Result } | undefined;
  let problem = "";
  await until(
    wait,
    async () => {
      try {
        result = { value: await work() };
        return true;
      } catch (error) {
        problem = kafkaReason(error);
        return false;
      }
    },
    () => `${failure} within ${showDuration(wait.timeoutMs)} (${problem}); look at the logs of the brokers`,
  );
  return (result as { readonly value: Result }).value;
}

function namesOf(topics: readonly TopicSettings[]): string[] {
  return topics.map(({ name }) => name);
}
