import * as pulumi from "@pulumi/pulumi";
import { createStack } from "./components/stack";
import { loadConfig } from "./config/load";
import { ConfigError, parseStackConfig } from "./config/parse";
import { type StackOutputs, stackOutputs } from "./outputs";
import { planStack } from "./plan/stack";
import { runningContainers } from "./preflight/engine";
import { checkHost } from "./preflight/host";

/** The whole program: reads the configuration, plans the stack, and declares its resources. */
export async function program(): Promise<StackOutputs> {
  try {
    const plan = planStack(parseStackConfig(pulumi.getStack(), loadConfig()));
    await checkHost(plan);
    createStack(plan, await runningContainers(plan.stack));
    return stackOutputs(plan);
  } catch (error) {
    // Pulumi shows the message of a RunError without a stack trace.
    if (error instanceof ConfigError) throw new pulumi.RunError(error.message);
    throw error;
  }
}
