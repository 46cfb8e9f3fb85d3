import * as pulumi from "@pulumi/pulumi";
import type { TopicInitPlan } from "../../plan/topics";
import { completedJob } from "./job";
import type { StackRuntime } from "./stack-runtime";

/**
 * Reconciles the running cluster with the plan, once for each plan. Brokers that are no longer planned go after it has succeeded,
 * because Pulumi deletes at the end of an update, and not at all if it fails.
 */
export class TopicInit extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: { readonly plan: TopicInitPlan; readonly runtime: StackRuntime },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:kafka:TopicInit", name, {}, opts);
    const { plan, runtime } = args;
    completedJob(plan, runtime, "The topics could not be made as planned", {
      parent: this,
      dependsOn: runtime.declared.after(plan),
    });
    this.registerOutputs({});
  }
}
