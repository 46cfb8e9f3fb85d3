import type { StackPlan } from "../plan/stack";
import {
  askRegistry,
  engineMachine,
  type EngineMachine,
  engineReason,
  environmentOfEnded,
  type ExistingContainer,
  existingContainers,
  existingVolumes,
  missingImages,
} from "./engine";
import { type PortSurvey, surveyPorts } from "./host-ports";
import { type PlannedTopic, plannedTopics } from "./planned-topics";

/** What was found on the machine that a plan is for, and what of the stack is there already. */
export interface Survey {
  readonly engine: EngineMachine;
  /** Why images cannot be had that the plan needs, by what they are for. */
  readonly images: ReadonlyMap<string, string>;
  readonly containers: readonly ExistingContainer[];
  readonly volumes: readonly string[];
  /** The topics that the stack was last brought to; undefined if it never was, or nobody knows any more. */
  readonly topics: readonly PlannedTopic[] | undefined;
  /** Undefined where the ports are another machine's. */
  readonly ports: PortSurvey | undefined;
}

/** Why the machine could not be looked at: its engine does not answer. */
export interface Unreachable {
  readonly unreachable: string;
}

/** Looks at what a plan needs of the machine: an engine, images, ports, and what is there of the stack. Changes nothing. */
export async function surveyMachine(plan: StackPlan): Promise<Survey | Unreachable> {
  try {
    const [engine, images, containers, volumes, environment] = await Promise.all([
      engineMachine(),
      unavailableImages(plan.images),
      existingContainers(plan.stack),
      existingVolumes(plan.stack),
      environmentOfEnded(plan.topicInit.container),
    ]);
    const ports = await surveyHostPorts(plan, containers);
    return { engine, images, containers, volumes, topics: environment && plannedTopics(environment), ports };
  } catch (error) {
    return { unreachable: engineReason(error) };
  }
}

/** The names of the stack's containers that run, healthy or not. */
export function runningIn(survey: Survey | Unreachable): ReadonlySet<string> {
  if ("unreachable" in survey) return new Set();
  return new Set(survey.containers.filter(({ running }) => running).map(({ name }) => name));
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
  { brokers }: StackPlan,
  containers: readonly ExistingContainer[],
): Promise<PortSurvey | undefined> {
  // Ports of another machine cannot be tried from here; its engine will say.
  if (/^(tcp|ssh|https?):/.test(process.env["DOCKER_HOST"] ?? "")) return undefined;
  const own = new Set(containers.flatMap(({ ports }) => ports));
  return surveyPorts({ first: brokers[0]?.hostPort ?? 0, count: brokers.length }, own);
}
