import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../../plan/workload";
import type { Condition, Conditions } from "../../preflight/existing-stack";
import { longRunningContainer, workloadVolumes } from "./container";
import { containerRuntime, type StackRuntime } from "./stack-runtime";

/** A part of a cluster as it was declared. */
export interface Declared<Made> {
  readonly made: Made;
  /** Known once the cluster can do without the next part: whatever may be changed only then depends on it. */
  readonly settled: pulumi.Input<pulumi.Resource>;
}

/**
 * Declares the parts of a cluster so that they change one at a time. Those that do not run come first, side by side; then, each after
 * the one before it, those that run and are unhealthy, and at last the healthy ones. So a new cluster starts at once, a broken one
 * is repaired before a working part of it is changed, and a running one always has all parts but one.
 * @returns what was made, in the order of `plans`.
 */
export function inRollingOrder<Plan extends { readonly name: string }, Made>(
  plans: readonly Plan[],
  conditions: Conditions,
  declare: (plan: Plan, after: readonly pulumi.Input<pulumi.Resource>[]) => Declared<Made>,
): Made[] {
  const made = new Map<Plan, Made>();
  const declareAfter = (plan: Plan, after: readonly pulumi.Input<pulumi.Resource>[]) => {
    const declared = declare(plan, after);
    made.set(plan, declared.made);
    return declared.settled;
  };
  const those = (condition: Condition) =>
    plans.filter(({ name }) => (conditions.get(name) ?? "down") === condition);
  let after = those("down").map((plan) => declareAfter(plan, []));
  for (const plan of [...those("unhealthy"), ...those("healthy")]) after = [declareAfter(plan, after)];
  return plans.flatMap((plan) => made.get(plan) ?? []);
}

/**
 * Declares the nodes of a cluster, each with its own volumes, so that they change one at a time.
 * @param settle declares the job that a change waits for after a node, if there is one.
 */
export function rollingNodes<Plan extends Workload>(
  plans: readonly Plan[],
  runtime: StackRuntime,
  parent: pulumi.Resource,
  settle?: (plan: Plan) => pulumi.Output<docker.Container> | undefined,
): docker.Container[] {
  return inRollingOrder(plans, runtime.conditions, (plan, after) => {
    const volumes = workloadVolumes(plan, runtime, parent);
    const opts = { parent, dependsOn: [...after] };
    const node = longRunningContainer(plan, containerRuntime(runtime, plan), volumes, opts);
    runtime.declared.add(plan.name, node);
    return { made: node, settled: settle?.(plan) ?? node };
  });
}
