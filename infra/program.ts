import * as pulumi from "@pulumi/pulumi";
import { createStack } from "./components/stack";
import { loadConfig } from "./config/load";
import { ConfigError, readStackConfig } from "./config/parse";
import { type StackOutputs, stackOutputs } from "./outputs";
import { planStack } from "./plan/stack";
import { machineProblems } from "./preflight/problems";
import { runningIn, surveyMachine } from "./preflight/survey";

/** The whole program: reads the configuration, plans the stack, and declares its resources. */
export async function program(): Promise<StackOutputs> {
  try {
    const config = readStackConfig(pulumi.getStack(), loadConfig());
    const plan = planStack(config.spec);
    const survey = await surveyMachine(plan);
    const problems = [...config.problems, ...machineProblems(plan, config, survey)];
    if (problems.length > 0) throw new ConfigError(problems);
    createStack(plan, runningIn(survey));
    return stackOutputs(plan);
  } catch (error) {
    // Pulumi shows the message of a RunError without a stack trace.
    if (error instanceof ConfigError) throw new pulumi.RunError(error.message);
    throw error;
  }
}
