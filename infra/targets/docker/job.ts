import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { removeContainer } from "./preflight/engine";
import { oneShotContainer, type StackContainerArgs } from "./container";
import { JobFailure } from "./job-failure";

const lastLines = 12;

/**
 * Runs a container to its end within the update, once for each of its environments; if it fails, the update fails.
 * @param failure what could not be done, for the message: `The topics could not be made as planned`.
 * @returns the container, known once it has succeeded: what needs its work done depends on this.
 */
export function completedJob(
  name: string,
  args: StackContainerArgs,
  failure: string,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<docker.Container> {
  const container = oneShotContainer(name, args, opts);
  return pulumi.all([container.exitCode, container.containerLogs]).apply(async ([exitCode, logs]) => {
    await checkEnd(args.container, failure, exitCode, logs);
    return container;
  });
}

/** The provider takes every end of a container for success, so its exit code is looked at here. */
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
