import { TopicInitEnvironment } from "../../contract/environment/topic-init";
import { isNumbered } from "../model/names";
import type { StackPlan, TopicInitPlan } from "../plan/stack";
import type { ExistingTopic } from "./existing-topics";
import type { Survey } from "../targets/docker/preflight/survey";

/** The plan that topic-init has last made true of a stack. */
export interface CarriedOutPlan {
  readonly topics: readonly ExistingTopic[];
  /** Its `TOPIC_INIT_RUN`. */
  readonly run: number;
}

const Known = TopicInitEnvironment.pick({ TOPIC_INIT_TOPICS: true, TOPIC_INIT_RUN: true });

/**
 * Reads it out of the environment of the container that did it, lines of `NAME=value`. Undefined if it cannot be read, as of another
 * version of this program.
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
 * The plan of topic-init, to be carried out anew if the stack is no longer as the last run has left it: brokers are about to go, on which
 * something may have been placed since, or storage of a node has gone.
 */
export function withNextRun(
  plan: StackPlan,
  { carriedOut, containers, volumes }: Pick<Survey, "carriedOut" | "containers" | "volumes">,
): TopicInitPlan {
  if (carriedOut === undefined) return plan.topicInit;
  const planned = new Set(plan.brokers.map(({ container }) => container));
  const leaving = containers.some(({ name }) => isNumbered(plan.stack, "broker", name) && !planned.has(name));
  const lost = [...plan.brokers, ...plan.controllers].some(({ dataVolume }) => !volumes.includes(dataVolume));
  const run = carriedOut.run + (leaving || lost ? 1 : 0);
  // The first plan of a stack has no number; it must not be given one by looking at it.
  if (run === 0) return plan.topicInit;
  return { ...plan.topicInit, environment: { ...plan.topicInit.environment, TOPIC_INIT_RUN: run } };
}
