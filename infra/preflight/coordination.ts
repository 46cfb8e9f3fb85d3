import type { Problem } from "../../apps/shared/contract/problems";
import { isNumbered } from "../plan/names";
import type { StackPlan } from "../plan/stack";

const wayOut = "npm run down first";

/**
 * What of the coordination cannot be changed under a stack that exists. The volumes tell, since they outlive containers that were
 * killed or removed.
 */
export function coordinationProblems(plan: StackPlan, volumes: readonly string[]): Problem[] {
  const count = (what: string) =>
    volumes.filter((name) => isNumbered(plan.stack, what, name, "-data")).length;
  const existing = {
    zookeepers: count("zookeeper"),
    controllers: count("controller"),
    brokers: count("broker"),
  };
  if (existing.brokers === 0) return [];
  const made = existing.zookeepers > 0 ? "zookeeper" : "kraft";
  if (made !== plan.coordination) return [switched(plan.coordination)];
  if (made === "zookeeper") return ensembleProblems(plan.zookeepers.length, existing.zookeepers);
  const wantSeparate = plan.controllers.length > 0;
  const haveSeparate = existing.controllers > 0;
  return wantSeparate === haveSeparate ? founderProblems(plan, volumes) : [controllersMoved(plan)];
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
 * New members of an ensemble, empty, would form a majority while the one with the data is replaced, and Kafka would lose
 * all it knows.
 */
function ensembleProblems(planned: number, existing: number): Problem[] {
  if (planned === existing) return [];
  const remedy = `set it back to ${existing}, which the stack has; another size needs a new stack: ${wayOut}`;
  return [{ path: "zookeepers", found: planned, remedy }];
}

/** Controllers hold the cluster's metadata; it does not move from brokers to controllers of their own, or back. */
function controllersMoved({ controllers, brokers }: StackPlan): Problem {
  const remedy =
    controllers.length > 0
      ? `this stack was made with brokers that are the controllers too, of which there are at most 3: set it to at most 3, or ${wayOut}`
      : `this stack was made with controllers of their own, which a cluster of at most 3 brokers does not have: set it to 4 or more, or ${wayOut}`;
  return { path: "brokers", found: brokers.length, remedy };
}

/** The node that begins a KRaft cluster begins another, beside its living nodes, if its storage is gone (`quorum.ts`). */
function founderProblems({ controllers, brokers }: StackPlan, volumes: readonly string[]): Problem[] {
  const [founder] = [...controllers, ...brokers];
  if (founder === undefined || volumes.includes(founder.dataVolume)) return [];
  const remedy =
    `restore it: without it ${founder.container} would begin a new cluster beside the nodes that this stack has; ` +
    `or ${wayOut}`;
  return [{ path: `volume ${founder.dataVolume}`, found: "no such volume", remedy }];
}
