import * as pulumi from "@pulumi/pulumi";
import { loadConfig } from "./config/load";
import { ConfigError, readStackConfig } from "./config/parse";
import { projectContext } from "./config/project-files";
import { planStack } from "./plan/stack";
import { dockerTarget } from "./targets/docker/target";
import type { StackOutputs, StateResource, StateResources } from "./targets/target";

/** The whole program: reads the configuration, plans the stack, looks at its target, and declares its resources. */
export async function program(): Promise<StackOutputs> {
  try {
    const config = readStackConfig(pulumi.getStack(), loadConfig(), projectContext());
    const target = dockerTarget;
    const plan = planStack(config.spec, target.addresses);
    const survey = await target.survey(plan, config, await stateResources());
    const problems = [...config.problems, ...survey.problems];
    if (problems.length > 0) throw new ConfigError(problems);
    for (const warning of survey.warnings) await pulumi.log.warn(warning);
    await survey.create();
    return target.outputs(plan);
  } catch (error) {
    // Pulumi shows the message of a RunError without a stack trace.
    if (error instanceof ConfigError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

/** The state of the running stack as the last update has left it. Only Pulumi's engine can read it, so the program asks the engine. */
async function stateResources(): Promise<StateResources> {
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName: pulumi.getStack(),
  })) as { outputs?: Record<string, StateResource> };
  return new Map(Object.entries(outputs ?? {}));
}
