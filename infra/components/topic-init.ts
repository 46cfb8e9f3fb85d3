import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { TopicInitEnvironment } from "../../apps/shared/contract/topic-init";
import { writeEnvironment } from "../../apps/shared/contract/environment";
import type { TopicInitPlan } from "../plan/stack";
import { removeContainer } from "../preflight/engine";
import { type AppRuntime, appContainer } from "./app-container";
import { oneShotContainer } from "./container";
import { JobFailure } from "./job-failure";

const lastLines = 12;

/** Creates the topics, once for each plan of them; if that fails, the update fails. */
export class TopicInit extends pulumi.ComponentResource {
  /** The container that created the topics, known once it has succeeded: what needs the topics depends on this. */
  readonly completed: pulumi.Output<docker.Container>;

  constructor(
    name: string,
    args: { readonly plan: TopicInitPlan; readonly runtime: AppRuntime },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:kafka:TopicInit", name, {}, opts);
    const { plan, runtime } = args;
    const container = oneShotContainer(
      name,
      {
        ...appContainer(runtime, "topic-init"),
        role: "topic-init",
        container: plan.container,
        environment: writeEnvironment(TopicInitEnvironment, plan.environment),
        memoryMegabytes: 192,
      },
      { parent: this, dependsOn: runtime.after },
    );
    this.completed = pulumi
      .all([container.exitCode, container.containerLogs])
      .apply(async ([exitCode, logs]) => {
        await checkEnd(plan.container, exitCode, logs);
        return container;
      });
    this.registerOutputs({ exitCode: container.exitCode });
  }
}

/** The provider takes every end of a container for success, so its exit code is looked at here. */
async function checkEnd(
  container: string,
  exitCode: number | undefined,
  logs: string | undefined,
): Promise<void> {
  if (pulumi.runtime.isDryRun() || exitCode === 0) return;
  // Left in place it would count as done, and the next `up` would not try again.
  await removeContainer(container);
  const output = (logs ?? "").trimEnd().split("\n").slice(-lastLines);
  throw new JobFailure(
    [
      `The topics could not be created: ${container} ended with exit code ${exitCode}. Its last lines:`,
      ...output.map((line) => `  ${line}`),
    ].join("\n"),
  );
}
