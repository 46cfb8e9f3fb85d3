import type * as pulumi from "@pulumi/pulumi";

/** A part of a cluster as it was declared. */
export interface Declared<Made> {
  readonly made: Made;
  /** Known once the others can do without the next part: what may be changed only then depends on it. */
  readonly settled: pulumi.Input<pulumi.Resource>;
}

/**
 * Declares the parts of a cluster so that they change one at a time: each that runs now waits for the one before it, and all of them
 * for those that do not run, which come first and side by side. So a new cluster starts at once, a broken one is mended before anything of
 * it is changed, and a running one always has all parts but one.
 * @param running names of the containers that run now.
 * @returns what was made, in the order of `plans`.
 */
export function inRollingOrder<Plan extends { readonly container: string }, Made>(
  plans: readonly Plan[],
  running: ReadonlySet<string>,
  declare: (plan: Plan, after: readonly pulumi.Input<pulumi.Resource>[]) => Declared<Made>,
): Made[] {
  const made = new Map<Plan, Made>();
  const declareAfter = (plan: Plan, after: readonly pulumi.Input<pulumi.Resource>[]) => {
    const declared = declare(plan, after);
    made.set(plan, declared.made);
    return declared.settled;
  };
  const isRunning = ({ container }: Plan) => running.has(container);
  let after = plans.filter((plan) => !isRunning(plan)).map((plan) => declareAfter(plan, []));
  for (const plan of plans.filter(isRunning)) after = [declareAfter(plan, after)];
  return plans.flatMap((plan) => made.get(plan) ?? []);
}
