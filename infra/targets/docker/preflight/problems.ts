import type { Problem } from "../../../../contract/problems";
import type { ReadConfig } from "../../../config/parse";
import type { StackPlan } from "../../../plan/stack";
import { coordinationProblems } from "../../../preflight/coordination";
import { ownershipProblems } from "./ownership-problems";
import { memoryProblems } from "./memory";
import { portProblems } from "./port-problems";
import { partitionProblems } from "../../../preflight/existing-topics";
import type { Survey, Unreachable } from "./survey";

/** What a user does to whom the engine's socket is closed. */
const notAllowed = "this user may not use it: run `sudo usermod -aG docker $USER` and log in again";

/**
 * What keeps a plan from a machine, all of it at once. Of keys that could not be read nothing is said, since the plan has their
 * defaults instead.
 */
export function machineProblems(
  plan: StackPlan,
  { spec, unread }: Pick<ReadConfig, "spec" | "unread">,
  survey: Survey | Unreachable,
): Problem[] {
  if ("unreachable" in survey) {
    const remedy = /permission denied/i.test(survey.unreachable)
      ? notAllowed
      : "start Docker, or set DOCKER_HOST to an engine that runs; `npm run doctor` tells what is missing";
    return [{ path: "Docker engine", found: survey.unreachable, remedy }];
  }
  const foreign = ownershipProblems(plan.stack, survey, spec.adopt);
  const { heapMegabytes } = spec.kafka;
  const topics = plan.topicInit.environment.TOPIC_INIT_TOPICS;
  const ifRead = (keys: readonly string[], problems: () => Problem[]) =>
    keys.some((key) => unread.has(key)) ? [] : problems();
  return [
    ...foreign,
    ...ifRead(["images", "coordination", "consumers"], () => imageProblems(plan, survey.images)),
    ...(["hostPort", "dashboardPort", "prometheusPort"] as const).flatMap((key) =>
      ifRead([key, key === "hostPort" ? "brokers" : "consumers"], () =>
        portProblems(key, plan, survey.ports),
      ),
    ),
    ...ifRead(["kafka", "brokers", "devices", "consumers"], () =>
      memoryProblems(plan, heapMegabytes, survey.engine.memoryBytes),
    ),
    ...ifRead(["partitions", "devices"], () => partitionProblems(spec.partitions, topics, survey.topics)),
    ...ifRead(["coordination", "brokers", "zookeepers"], () =>
      // What others have says nothing of this stack.
      foreign.length > 0 ? [] : coordinationProblems(plan, survey),
    ),
  ];
}

function imageProblems({ images }: StackPlan, reasons: Survey["images"]): Problem[] {
  return [...reasons].map(([what, reason]) => {
    const remedy =
      `name an image that can be had (npx pulumi config set --path images.${what} REFERENCE), ` +
      `or run npm start, which makes local ones; the engine does not have it, and its registry says: ${reason}`;
    return { path: `images.${what}`, found: images[what as keyof typeof images], remedy };
  });
}
