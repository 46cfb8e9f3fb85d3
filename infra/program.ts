import * as pulumi from "@pulumi/pulumi";
import { createStack } from "./components/stack";
import { loadConfig } from "./config/load";
import { ConfigError, readStackConfig } from "./config/parse";
import { projectSurroundings } from "./config/project-files";
import { type StackOutputs, stackOutputs } from "./outputs";
import { planStack } from "./plan/stack";
import { renewed } from "./preflight/carried-out-plan";
import { machineProblems } from "./preflight/problems";
import { conditionsIn, surveyMachine } from "./preflight/survey";

/** The whole program: reads the configuration, plans the stack, and declares its resources. */
export async function program(): Promise<StackOutputs> {
  try {
    const config = readStackConfig(pulumi.getStack(), loadConfig(), projectSurroundings());
    const plan = planStack(config.spec);
    const survey = await surveyMachine(plan);
    const problems = [...config.problems, ...machineProblems(plan, config, survey)];
    if (problems.length > 0 || "unreachable" in survey) throw new ConfigError(problems);
    createStack({ ...plan, topicInit: renewed(plan, survey) }, conditionsIn(survey));
    return stackOutputs(plan);
  } catch (error) {
    // Pulumi shows the message of a RunError without a stack trace.
    if (error instanceof ConfigError) throw new pulumi.RunError(error.message);
    throw error;
  }
}
