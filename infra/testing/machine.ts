import { showProblem } from "../../contract/problems";
import { readStackConfig } from "../config/parse";
import { planStack } from "../plan/stack";
import { dockerAddresses } from "../targets/docker/names";
import { machineProblems } from "../targets/docker/preflight/problems";
import { emptyState } from "../targets/docker/preflight/state";
import type { Survey, Unreachable } from "../targets/docker/preflight/survey";
import { noFiles } from "./config";

/** A machine that lacks nothing and has nothing of the stack yet. */
export const ampleMachine: Survey = {
  engine: { version: "28.1", memoryBytes: 64 * 2 ** 30, processors: 16 },
  images: new Map(),
  containers: [],
  volumes: [],
  objects: [],
  state: emptyState,
  carriedOut: undefined,
  topics: undefined,
  ports: new Map(),
};

/** A machine with the volumes of a stack that has these nodes. */
export const withVolumesOf = (...nodes: readonly string[]) => ({
  volumes: [
    ...nodes.map((node) => `kafka-iot-sim-dev-${node}-data`),
    ...nodes.filter((node) => node.startsWith("zookeeper")).map((node) => `kafka-iot-sim-dev-${node}-log`),
    "kafka-iot-sim-dev-lake",
  ],
});

/** The problems that a machine causes for a raw configuration, one line each. */
export function problemsOf(
  raw: Readonly<Record<string, unknown>>,
  machine: Partial<Survey> | Unreachable = {},
): string[] {
  const config = readStackConfig("dev", raw, noFiles);
  const survey = "unreachable" in machine ? machine : { ...ampleMachine, ...machine };
  return machineProblems(planStack(config.spec, dockerAddresses), config, survey).map(showProblem);
}
