import * as pulumi from "@pulumi/pulumi";
import { plannedVolumes } from "../../plan/planned-names";
import type { StackPlan } from "../../plan/stack";
import { type Made, madeName } from "./preflight/state";

/** Writes into the state what there is once all of `after` has come up, so that a later `up` knows what is missing. */
export function recordMade(plan: StackPlan, after: readonly pulumi.Resource[]): void {
  const input: Made = {
    coordination: plan.coordination,
    zookeepers: plan.zookeepers.length,
    controllers: plan.controllers.length,
    volumes: plannedVolumes(plan),
  };
  new pulumi.Stash(madeName, { input }, { dependsOn: [...after] });
}
