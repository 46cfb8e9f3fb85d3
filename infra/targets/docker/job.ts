import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { containerName } from "../../model/names";
import type { Workload } from "../../plan/workload";
import { oneShotContainer } from "./container";
import { removeContainer } from "./preflight/engine";
import { containerRuntime, type StackRuntime } from "./stack-runtime";

const lastLines = 12;

/**
 * Runs a workload to its end within the update, once for each of its environments; if it fails, the update fails.
 * @param failure what could not be done, for the message: `The topics could not be made as planned`.
 * @returns the container, known once it has succeeded: whatever needs the result depends on this.
 */
export function completedJob(
  workload: Workload,
  runtime: StackRuntime,
  failure: string,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<docker.Container> {
  const container = oneShotContainer(workload, containerRuntime(runtime, workload), opts);
  const name = containerName(runtime.stack, workload.name);
  const completed = pulumi
    .all([container.exitCode, container.containerLogs])
    .apply(async ([exitCode, logs]) => {
      await checkEnd(name, failure, exitCode, logs);
      return container;
    });
  runtime.declared.add(workload.name, container, completed);
  return completed;
}

/** The provider takes every end of a container for success, so its exit code is checked here. */
async function checkEnd(
  container: string,
  failure: string,
  exitCode: number | undefined,
  logs: string | undefined,
): Promise<void> {
  if (pulumi.runtime.isDryRun() || exitCode === 0) return;
  // Left in place it would count as done, and the next `up` would not try again.
  await removeContainer(container);
  const output = (logs ?? "").trimEnd().split("\n").slice(-lastLines);
  throw new JobFailure(
    [
      `${failure}: ${container} ended with exit code ${exitCode}. Its last lines:`,
      ...output.map((line) => `  ${line}`),
    ].join("\n"),
  );
}

/**
 * The failure of a job that ran within the update. Pulumi shows a RunError that the program throws as it is. One from an `apply` reaches
 * the user through Pulumi's serialization, which writes property names before its message and its stack after it; neither helps
 * anyone, so both are fixed here.
 */
class JobFailure extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    Object.defineProperties(this, {
      message: { get: () => message, set: () => undefined },
      stack: { value: undefined },
    });
  }
}
