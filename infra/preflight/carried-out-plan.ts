import { TopicInitEnvironment } from "../../contract/environment/topic-init";
import type { Problem } from "../../contract/problems";
import type { StackPlan } from "../plan/stack";
import { asRun, type TopicInitPlan } from "../plan/topics";
import { type CarriedOutPlan, type ExistingStack, type ExistingTopic, isNumbered } from "./existing-stack";

const Known = TopicInitEnvironment.pick({ TOPIC_INIT_TOPICS: true, TOPIC_INIT_RUN: true });

/**
 * Reads the plan out of the environment of the container that carried it out, lines of `NAME=value`. Undefined if it cannot be read,
 * as that of another version of this program.
 */
export function carriedOutPlan(environment: readonly string[]): CarriedOutPlan | undefined {
  const variables = environment.map((line) => {
    const [name = "", ...rest] = line.split("=");
    return [name, rest.join("=")] as const;
  });
  const { success, data } = Known.safeParse(Object.fromEntries(variables));
  return success ? { topics: data.TOPIC_INIT_TOPICS, run: data.TOPIC_INIT_RUN } : undefined;
}

/**
 * Plans topic-init so that it runs again if the stack is no longer as the last run left it: brokers are about to go, on which
 * something may have been placed since, or a node has lost its storage.
 */
export function withNextRun(
  plan: StackPlan,
  { carriedOut, conditions, volumes }: Pick<ExistingStack, "carriedOut" | "conditions" | "volumes">,
): TopicInitPlan {
  if (carriedOut === undefined) return plan.topicInit;
  const planned = new Set(plan.brokers.map(({ name }) => name));
  const leaving = [...conditions.keys()].some((name) => isNumbered("broker", name) && !planned.has(name));
  const there = new Set(volumes);
  const lost = [...plan.brokers, ...plan.controllers].some((node) =>
    node.volumes.some(({ name }) => !there.has(name)),
  );
  const run = carriedOut.run + (leaving || lost ? 1 : 0);
  // The first plan of a stack has no number; a mere look at the stack must not give it one.
  return run === 0 ? plan.topicInit : asRun(plan.topicInit, run);
}

/** Reads the output of `kafka-topics --describe`. */
export function describedTopics(description: string): ExistingTopic[] {
  const lines = description.matchAll(/^Topic: (\S+)\t.*PartitionCount: (\d+)/gm);
  return [...lines].map(([, name = "", partitions]) => ({ name, partitions: Number(partitions) }));
}

/** Kafka adds partitions to a topic and never takes any away. */
export function partitionProblems(
  partitions: number,
  planned: readonly ExistingTopic[],
  existing: readonly ExistingTopic[] = [],
): Problem[] {
  const names = new Set(planned.map(({ name }) => name));
  const kept = existing.filter(({ name }) => names.has(name));
  const larger = kept.filter((topic) => topic.partitions > partitions);
  const max = Math.max(...larger.map((topic) => topic.partitions));
  const [first, ...others] = larger;
  if (first === undefined) return [];
  const which =
    larger.length === kept.length
      ? `topics of this stack have ${max}`
      : others.length === 0
        ? `topic "${first.name}" has ${max}`
        : `${larger.length} topics of this stack, "${first.name}" among them, have up to ${max}`;
  const remedy =
    `${which} and Kafka cannot take partitions away: set it back to ${max} ` +
    `(npx pulumi config set partitions ${max}), or npm run down first`;
  return [{ path: "partitions", found: partitions, remedy }];
}
