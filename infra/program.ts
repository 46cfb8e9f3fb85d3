import * as pulumi from "@pulumi/pulumi";
import { createStack } from "./targets/docker/stack";
import { loadConfig } from "./config/load";
import { ConfigError, readStackConfig } from "./config/parse";
import { projectContext } from "./config/project-files";
import { type StackOutputs, stackOutputs } from "./outputs";
import { planStack } from "./plan/stack";
import { withNextRun } from "./preflight/carried-out-plan";
import { nothingTakenOver, takeOver } from "./targets/docker/preflight/take-over";
import { emptyMembersLast } from "./preflight/coordination";
import { lostVolumes } from "./preflight/lost-volumes";
import { machineProblems } from "./targets/docker/preflight/problems";
import { type PulumiState, readState, type StateResource } from "./targets/docker/preflight/state";
import { conditionsIn, surveyMachine } from "./targets/docker/preflight/survey";

/** The whole program: reads the configuration, plans the stack, and declares its resources. */
export async function program(): Promise<StackOutputs> {
  try {
    const config = readStackConfig(pulumi.getStack(), loadConfig(), projectContext());
    const plan = planStack(config.spec);
    const survey = await surveyMachine(plan, await programState());
    const problems = [...config.problems, ...machineProblems(plan, config, survey)];
    if (problems.length > 0 || "unreachable" in survey) throw new ConfigError(problems);
    for (const loss of lostVolumes(plan, survey)) await pulumi.log.warn(loss);
    // A preview leaves everything as it is.
    const { clusterId, removed } = pulumi.runtime.isDryRun()
      ? nothingTakenOver
      : await takeOver(plan, survey, config.spec.adopt);
    const conditions = emptyMembersLast(plan, survey.volumes, conditionsIn(survey, removed));
    createStack({ ...plan, topicInit: withNextRun(plan, survey) }, conditions, clusterId);
    return stackOutputs(plan);
  } catch (error) {
    // Pulumi shows the message of a RunError without a stack trace.
    if (error instanceof ConfigError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

/** What the state of the running stack lists, as the last update has left it. Pulumi's engine tells: a program cannot read it. */
async function programState(): Promise<PulumiState> {
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName: pulumi.getStack(),
  })) as { outputs?: Record<string, StateResource> };
  return readState(new Map(Object.entries(outputs ?? {})));
}
