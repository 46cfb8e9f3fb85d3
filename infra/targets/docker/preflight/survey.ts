import { internalPort } from "../../../plan/brokers";
import type { StackPlan } from "../../../plan/stack";
import { type CarriedOutPlan, carriedOutPlan } from "../../../preflight/carried-out-plan";
import {
  askRegistry,
  type ContainerCondition,
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
import { plannedNames } from "../../../plan/planned-names";
import type { PulumiState } from "./state";
import { publishedPorts } from "../../../plan/published-ports";
import { type PortSurveys, surveyAllPorts } from "./host-ports";
import { describedTopics, type ExistingTopic } from "../../../preflight/existing-topics";

/** Java takes seconds to begin. */
const askBrokerTimeoutMs = 20_000;

/** What was found on the machine that a plan is for, and what of the stack is there already. */
export interface Survey {
  readonly engine: EngineMachine;
  /** Why images cannot be had that the plan needs, by what they are for. */
  readonly images: ReadonlyMap<string, string>;
  readonly containers: readonly ExistingContainer[];
  readonly volumes: readonly string[];
  /** Everything that the engine has under the stack's name or under names that it wants. */
  readonly objects: readonly EngineObject[];
  /** What the stack's Pulumi state knows of it. */
  readonly state: PulumiState;
  /** What the stack was last brought to; undefined if it never was, or nobody knows any more. */
  readonly carriedOut: CarriedOutPlan | undefined;
  /** The topics that the stack has, as far as is known. */
  readonly topics: readonly ExistingTopic[] | undefined;
  /** Undefined where the ports are another machine's. */
  readonly ports: PortSurveys | undefined;
}

/** Why the machine could not be looked at: its engine does not answer. */
export interface Unreachable {
  readonly unreachable: string;
}

/** Looks at what a plan needs of the machine: an engine, images, ports, and what is there of the stack. Changes nothing. */
export async function surveyMachine(plan: StackPlan, state: PulumiState): Promise<Survey | Unreachable> {
  try {
    const [engine, images, containers, objects, environment] = await Promise.all([
      engineMachine(),
      unavailableImages(plan.images),
      existingContainers(plan.stack),
      existingObjects(plan.stack, plannedNames(plan)),
      environmentOfEnded(plan.topicInit.container),
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

/**
 * How the stack's containers do, by name.
 * @param removed those that have been removed since.
 */
export function conditionsIn(
  { containers }: Survey,
  removed: ReadonlySet<string>,
): ReadonlyMap<string, ContainerCondition> {
  return new Map(
    containers.filter(({ name }) => !removed.has(name)).map(({ name, condition }) => [name, condition]),
  );
}

/**
 * The topics that the cluster itself tells of, for want of a plan: the job that carried out the last one has failed, or somebody
 * removed its container.
 */
async function topicsByBrokers(
  { brokers }: StackPlan,
  containers: readonly ExistingContainer[],
): Promise<ExistingTopic[] | undefined> {
  const healthy = new Set(
    containers.filter(({ condition }) => condition === "healthy").map(({ name }) => name),
  );
  const broker = brokers.find(({ container }) => healthy.has(container));
  if (broker === undefined) return undefined;
  const command = ["kafka-topics", "--bootstrap-server", `localhost:${internalPort}`, "--describe"];
  const output = await outputOf(
    broker.container,
    ["env", "KAFKA_HEAP_OPTS=-Xmx128m", ...command],
    askBrokerTimeoutMs,
  );
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
  // Ports of another machine cannot be tried from here; its engine will say.
  if (/^(tcp|ssh|https?):/.test(process.env["DOCKER_HOST"] ?? "")) return undefined;
  const own = new Map(containers.flatMap(({ name, ports }) => ports.map((port) => [port, name] as const)));
  return surveyAllPorts(publishedPorts(plan), own);
}
