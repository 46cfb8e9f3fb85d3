import * as pulumi from "@pulumi/pulumi";
import { containerName } from "../../model/names";
import { withNextRun } from "../../preflight/carried-out-plan";
import { emptyMembersLast } from "../../preflight/lost-volumes";
import type { Target } from "../target";
import { dockerAddresses } from "./names";
import { stackOutputs } from "./outputs";
import { machineProblems, machineWarnings } from "./preflight/problems";
import { readState } from "./preflight/state";
import { existingStack, surveyMachine } from "./preflight/survey";
import { nothingTakenOver, takeOver } from "./preflight/take-over";
import { createStack } from "./stack";

/** The Docker engine that the Docker client finds. */
export const dockerTarget: Target = {
  addresses: dockerAddresses,
  outputs: stackOutputs,
  async survey(plan, config, resources) {
    const survey = await surveyMachine(plan, readState(resources));
    const problems = machineProblems(plan, config, survey);
    return {
      problems,
      warnings: machineWarnings(plan, survey),
      async create() {
        if ("unreachable" in survey) throw new Error(survey.unreachable);
        const existing = existingStack(plan.stack, survey);
        // A preview leaves everything as it is.
        const { clusterId, removed } = pulumi.runtime.isDryRun()
          ? nothingTakenOver
          : await takeOver(plan, survey, config.spec.adopt);
        const present = [...existing.conditions].filter(
          ([name]) => !removed.has(containerName(plan.stack, name)),
        );
        const conditions = emptyMembersLast(plan, existing.volumes, new Map(present));
        createStack({ ...plan, topicInit: withNextRun(plan, existing) }, conditions, clusterId);
      },
    };
  },
};
