import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { TopicInitEnvironment } from "../../../contract/environment/topic-init";
import { writeEnvironment } from "../../../contract/environment/variables";
import { type AppRuntimeAfter, appContainer } from "./app-container";
import { completedJob } from "./job";
import { memoryLimitsMegabytes } from "../../plan/memory";
import type { TopicInitPlan } from "../../plan/stack";

/**
 * Makes the running cluster what the plan says, once for each plan. Brokers that are no longer planned go after it has succeeded,
 * because Pulumi deletes at the end of an update, and not at all if it fails.
 */
export class TopicInit extends pulumi.ComponentResource {
  /** Known once the topics are as planned: what needs them depends on this. */
  readonly completed: pulumi.Output<docker.Container>;

  constructor(
    name: string,
    args: { readonly plan: TopicInitPlan; readonly runtime: AppRuntimeAfter },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:kafka:TopicInit", name, {}, opts);
    const { plan, runtime } = args;
    this.completed = completedJob(
      name,
      {
        ...appContainer(runtime, "topic-init"),
        role: "topic-init",
        container: plan.container,
        environment: writeEnvironment(TopicInitEnvironment, plan.environment),
        memoryMegabytes: memoryLimitsMegabytes["topic-init"],
      },
      "The topics could not be made as planned",
      { parent: this, dependsOn: runtime.after },
    );
    this.registerOutputs({});
  }
}
