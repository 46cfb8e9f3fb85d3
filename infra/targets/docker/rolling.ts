import type * as pulumi from "@pulumi/pulumi";
import type { ContainerCondition } from "./preflight/engine";

/** A part of a cluster as it was declared. */
export interface Declared<Made> {
  readonly made: Made;
  /** Known once the others can do without the next part: what may be changed only then depends on it. */
  readonly settled: pulumi.Input<pulumi.Resource>;
}

/** How a stack's containers do before a change, by name; those that are missing are down. */
export type Conditions = ReadonlyMap<string, ContainerCondition>;

/**
 * Declares the parts of a cluster so that they change one at a time. Those that do not run come first, side by side; then, each after
 * the one before it, those that run and are not healthy, and at last the healthy ones. So a new cluster starts at once, a broken one
 * is mended before anything of it is changed that works, and a running one always has all parts but one.
 * @returns what was made, in the order of `plans`.
 */
export function inRollingOrder<Plan extends { readonly container: string }, Made>(
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
  const that = (condition: ContainerCondition) =>
    plans.filter(({ container }) => (conditions.get(container) ?? "down") === condition);
  let after = that("down").map((plan) => declareAfter(plan, []));
  for (const plan of [...that("ailing"), ...that("healthy")]) after = [declareAfter(plan, after)];
  return plans.flatMap((plan) => made.get(plan) ?? []);
}
