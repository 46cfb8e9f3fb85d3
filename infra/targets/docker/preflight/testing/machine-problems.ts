import { showProblem } from "../../../../../contract/problems";
import { readStackConfig } from "../../../../config/parse";
import { planStack } from "../../../../plan/stack";
import { noFiles } from "../../../../testing/config";
import { dockerAddresses } from "../../names";
import { machineProblems } from "../problems";
import type { Survey, Unreachable } from "../survey";
import { ampleMachine } from "./ample-machine";

/** The problems that a machine causes for a raw configuration, one line each. */
export function problemsOf(
  raw: Readonly<Record<string, unknown>>,
  machine: Partial<Survey> | Unreachable = {},
): string[] {
  const config = readStackConfig("dev", raw, noFiles);
  const survey = "unreachable" in machine ? machine : { ...ampleMachine, ...machine };
  return machineProblems(planStack(config.spec, dockerAddresses), config, survey).map(showProblem);
}

/** A machine with the volumes of a stack that has these nodes. */
export const withVolumesOf = (...nodes: readonly string[]) => ({
  volumes: [
    ...nodes.map((node) => `kafka-iot-sim-dev-${node}-data`),
    ...nodes.filter((node) => node.startsWith("zookeeper")).map((node) => `kafka-iot-sim-dev-${node}-log`),
    "kafka-iot-sim-dev-lake",
  ],
});
