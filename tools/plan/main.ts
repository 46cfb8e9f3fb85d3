// npm run plan: shows what the stack's configuration creates, what it needs of the machine, and everything that is wrong with it.
import { print } from "../../apps/shared/stdout";
import { readStackConfig } from "../../infra/config/parse";
import { projectContext } from "../../infra/config/project-files";
import { planCapacity } from "../../infra/plan/capacity";
import { planStack } from "../../infra/plan/stack";
import { dockerAddresses } from "../../infra/targets/docker/names";
import { machineProblems, machineWarnings } from "../../infra/targets/docker/preflight/problems";
import { surveyMachine } from "../../infra/targets/docker/preflight/survey";
import { commands } from "../commands.mjs";
import { runCommand } from "../setup/command.mjs";
import { describePlan, reportJson } from "./report";
import { readStackConfiguration } from "./stack-config";

void runCommand(commands.plan, async ({ values: options }) => {
  const { stack, raw, state } = await readStackConfiguration(options.stack);
  const config = readStackConfig(stack, raw, projectContext());
  const plan = planStack(config.spec, dockerAddresses);
  const survey = await surveyMachine(plan, state);
  const problems = [...config.problems, ...machineProblems(plan, config, survey)];
  const capacity = planCapacity(config.spec, plan);
  const report = {
    spec: config.spec,
    plan,
    capacity: { ...capacity, warnings: [...capacity.warnings, ...machineWarnings(plan, survey)] },
    survey,
    problems,
  };
  await print(`${options.json ? reportJson(report) : describePlan(report)}\n`);
  return problems.length === 0 ? 0 : 1;
});
