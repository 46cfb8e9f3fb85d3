import type { Problem } from "../../contract/problems";
import type { StackPlan } from "../plan/stack";
import { type ExistingStack, isNumbered, type Made, type Repairs } from "./existing-stack";
import { ensembleProblems, quorumProblems } from "./lost-volumes";

const wayOut = "npm run down first";

/** Changes of the coordination that an existing stack does not allow, and data that its coordination has lost. */
export function coordinationProblems(plan: StackPlan, existing: ExistingStack, repairs: Repairs): Problem[] {
  if (countOf("broker", existing.volumes) === 0) return [];
  // The first `up` may have been broken off before it made all of it.
  const wasNeverUp = existing.made === undefined && existing.wasBegun;
  const made = existing.made ?? inferredFrom(plan, existing);
  if (made.coordination !== plan.coordination) return [switched(plan.coordination)];
  if (made.coordination === "zookeeper" && plan.zookeepers.length !== made.zookeepers)
    return [resized(plan.zookeepers.length, made.zookeepers)];
  if (made.coordination === "kraft" && plan.controllers.length > 0 !== made.controllers > 0)
    return [controllersMoved(plan)];
  if (wasNeverUp) return [];
  return made.coordination === "zookeeper"
    ? ensembleProblems(plan, existing, repairs)
    : quorumProblems(plan, existing, repairs);
}

/** Stacks of earlier versions have no record of what was made. Their volumes show it, since they outlive workloads. */
function inferredFrom(
  { coordination }: StackPlan,
  { volumes, clusterId, knowsVolumes }: ExistingStack,
): Pick<Made, "coordination" | "zookeepers" | "controllers"> {
  const controllers = countOf("controller", volumes);
  const members = volumes.filter((name) => isNumbered("zookeeper", name, "-data"));
  const isUnknown = !knowsVolumes && coordination === "kraft";
  const isKraft = members.length === 0 && (controllers > 0 || clusterId !== undefined || isUnknown);
  // Members are numbered from 1, and there is an odd number of them.
  const highest = Math.max(1, ...members.map((name) => Number(/(\d+)-data$/.exec(name)?.[1])));
  return {
    coordination: isKraft ? "kraft" : "zookeeper",
    zookeepers: highest + 1 - (highest % 2),
    controllers,
  };
}

function countOf(what: string, volumes: readonly string[]): number {
  return volumes.filter((name) => isNumbered(what, name, "-data")).length;
}

function switched(coordination: StackPlan["coordination"]): Problem {
  const remedy =
    coordination === "kraft"
      ? "this stack was made with ZooKeeper, which holds what its brokers know: set it back to zookeeper"
      : "this stack was made with KRaft, in which brokers hold what they know: set it back to kraft";
  return {
    path: "coordination",
    found: coordination,
    remedy: `${remedy}, or ${wayOut} (pulumi destroy), which takes the stack's data with it`,
  };
}

/**
 * New, empty members of an ensemble would form a majority while the one with the data is replaced, and Kafka would lose
 * all it knows.
 */
function resized(planned: number, existing: number): Problem {
  const remedy = `set it back to ${existing}, which the stack has; another size needs a new stack: ${wayOut}`;
  return { path: "zookeepers", found: planned, remedy };
}

/** Controllers hold the cluster's metadata; it does not move from brokers to controllers of their own, or back. */
function controllersMoved({ controllers, brokers }: StackPlan): Problem {
  const remedy =
    controllers.length > 0
      ? `this stack was made with brokers that are the controllers too, of which there are at most 3: set it to at most 3, or ${wayOut}`
      : `this stack was made with controllers of their own, which a cluster of at most 3 brokers does not have: set it to 4 or more, or ${wayOut}`;
  return { path: "brokers", found: brokers.length, remedy };
}
