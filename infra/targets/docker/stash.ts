import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { StackPlan } from "../../plan/stack";
import type { Made } from "../../preflight/existing-stack";
import { plannedVolumes } from "./names";
import { clusterIdName, madeName, stateIdName } from "./preflight/state";

/** Values that are made with a stack and kept in its Pulumi state. */

/**
 * The id of a Pulumi state. Whatever is marked with it is made after the id has been written down: a state that was killed knows its
 * own things again.
 */
export function stateId(): pulumi.Output<string> {
  // A value that only looks like a number would become one in a configuration.
  const input = `state-${randomBytes(8).toString("hex")}`;
  return stash(stateIdName, input);
}

/**
 * The id of a stack's KRaft cluster. A node with storage of another cluster does not start.
 * @param existing the id of a cluster whose volumes are taken over.
 */
export function clusterId(existing: string | undefined): pulumi.Output<string> {
  return stash(clusterIdName, existing ?? newClusterId());
}

/** Keeps the first value that it is given. */
function stash(name: string, input: string): pulumi.Output<string> {
  return new pulumi.Stash(name, { input }, { ignoreChanges: ["input"] }).output as pulumi.Output<string>;
}

/** A new id as Kafka writes them: 16 bytes in base64 for URLs, not beginning like an option (org.apache.kafka.common.Uuid). */
function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString("base64url");
    if (!id.startsWith("-")) return id;
  }
}

/** Records in the state what the stack has once all of `after` has come up, so that a later `up` knows what is missing. */
export function recordMade(plan: StackPlan, after: readonly pulumi.Resource[]): void {
  const input: Made = {
    coordination: plan.coordination,
    zookeepers: plan.zookeepers.length,
    controllers: plan.controllers.length,
    volumes: plannedVolumes(plan),
  };
  new pulumi.Stash(madeName, { input }, { dependsOn: [...after] });
}
