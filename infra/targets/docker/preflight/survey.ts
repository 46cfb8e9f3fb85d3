import { brokerPort } from "../../../../contract/ports";
import { containerName } from "../../../model/names";
import type { PortKey } from "../../../model/spec";
import { publishedPorts, type StackPlan } from "../../../plan/stack";
import { carriedOutPlan, describedTopics } from "../../../preflight/carried-out-plan";
import type { CarriedOutPlan, ExistingStack, ExistingTopic } from "../../../preflight/existing-stack";
import { nameInStack, plannedNames } from "../names";
import {
  askRegistry,
  engineMachine,
  type EngineMachine,
  type EngineObject,
  engineReason,
  environmentOfEnded,
  type ExistingContainer,
  existingContainers,
  existingObjects,
  missingImages,
  outputOf,
} from "./engine";
import { type PortRange, type PortSurveys, surveyAllPorts } from "./ports";
import type { PulumiState } from "./state";

/** Java takes seconds to begin. */
const askBrokerTimeoutMs = 20_000;

/** The machine that a plan is for, and what of the stack is there already. Names are those on the engine. */
export interface Survey {
  readonly engine: EngineMachine;
  /** Reasons for which images that the plan needs cannot be had, by the images' names in the configuration. */
  readonly images: ReadonlyMap<string, string>;
  readonly containers: readonly ExistingContainer[];
  readonly volumes: readonly string[];
  /** Everything that the engine has under the stack's name or under names that the stack wants. */
  readonly objects: readonly EngineObject[];
  readonly state: PulumiState;
  /** The plan that topic-init carried out last; undefined if it never did, or if nobody knows any more. */
  readonly carriedOut: CarriedOutPlan | undefined;
  /** The topics that the stack has, as far as they are known. */
  readonly topics: readonly ExistingTopic[] | undefined;
  /** Undefined where the ports are another machine's. */
  readonly ports: PortSurveys | undefined;
}

/** The reason for which there is no survey: the engine does not answer. */
export interface Unreachable {
  readonly unreachable: string;
}

/** Surveys what a plan needs of the machine: an engine, images, ports, and what is there of the stack. Changes nothing. */
export async function surveyMachine(plan: StackPlan, state: PulumiState): Promise<Survey | Unreachable> {
  try {
    const [engine, images, containers, objects, environment] = await Promise.all([
      engineMachine(),
      unavailableImages(plan.images),
      existingContainers(plan.stack),
      existingObjects(plan.stack, plannedNames(plan)),
      environmentOfEnded(containerName(plan.stack, plan.topicInit.name)),
    ]);
    const carriedOut = environment && carriedOutPlan(environment);
    const [ports, topics] = await Promise.all([
      surveyHostPorts(plan, containers),
      carriedOut?.topics ?? topicsByBrokers(plan, containers),
    ]);
    const volumes = objects.filter(({ kind }) => kind === "volume").map(({ name }) => name);
    return { engine, images, containers, volumes, objects, state, carriedOut, topics, ports };
  } catch (error) {
    return { unreachable: engineReason(error) };
  }
}

/** What a survey found of a stack, in the stack's own names. */
export function existingStack(
  stack: string,
  {
    containers = [],
    volumes,
    state,
    carriedOut,
    topics,
  }: Partial<Survey> & Pick<Survey, "volumes" | "state">,
): ExistingStack {
  const inStack = (names: readonly string[]) => names.flatMap((name) => nameInStack(stack, name) ?? []);
  const conditions = containers.flatMap(({ name, condition }) => {
    const workload = nameInStack(stack, name);
    return workload === undefined ? [] : [[workload, condition] as const];
  });
  return {
    conditions: new Map(conditions),
    volumes: inStack(volumes),
    made: state.made && { ...state.made, volumes: inStack(state.made.volumes) },
    wasBegun: state.id !== undefined,
    knowsVolumes: state.volumes.size > 0,
    clusterId: state.clusterId,
    carriedOut,
    topics,
  };
}

/**
 * Asks the cluster itself for its topics. This is needed where no plan is known to be carried out: the last job has failed, or somebody
 * removed its container.
 */
async function topicsByBrokers(
  { stack, brokers }: StackPlan,
  containers: readonly ExistingContainer[],
): Promise<ExistingTopic[] | undefined> {
  const healthy = new Set(
    containers.filter(({ condition }) => condition === "healthy").map(({ name }) => name),
  );
  const broker = brokers.map(({ name }) => containerName(stack, name)).find((name) => healthy.has(name));
  if (broker === undefined) return undefined;
  const command = ["kafka-topics", "--bootstrap-server", `localhost:${brokerPort}`, "--describe"];
  const output = await outputOf(broker, ["env", "KAFKA_HEAP_OPTS=-Xmx128m", ...command], askBrokerTimeoutMs);
  return output === undefined ? undefined : describedTopics(output);
}

async function unavailableImages(images: StackPlan["images"]): Promise<Map<string, string>> {
  const missing = await missingImages(Object.values(images));
  const reasons = Object.entries(images)
    .filter(([, reference]) => missing.includes(reference))
    .map(async ([what, reference]) => {
      const reason = await askRegistry(reference).then(() => undefined, engineReason);
      return [what, reason] as const;
    });
  return new Map((await Promise.all(reasons)).flatMap(([what, reason]) => (reason ? [[what, reason]] : [])));
}

async function surveyHostPorts(
  plan: StackPlan,
  containers: readonly ExistingContainer[],
): Promise<PortSurveys | undefined> {
  // Ports of another machine cannot be tried from here; its engine will refuse those that are taken.
  if (/^(tcp|ssh|https?):/.test(process.env["DOCKER_HOST"] ?? "")) return undefined;
  const own = new Map(containers.flatMap(({ name, ports }) => ports.map((port) => [port, name] as const)));
  const ranges = publishedPorts(plan).map(({ key, first, workloads }): PortRange & { key: PortKey } => ({
    key,
    first,
    containers: workloads.map((name) => containerName(plan.stack, name)),
  }));
  return surveyAllPorts(ranges, own);
}
