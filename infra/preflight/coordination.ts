import type { Problem } from "../../contract/problems";
import { isNumbered, labelOfStack, labelOfState } from "../model/names";
import type { StackPlan } from "../plan/stack";
import type { ContainerCondition } from "../targets/docker/preflight/engine";
import type { Made, PulumiState } from "../targets/docker/preflight/state";
import type { Survey } from "../targets/docker/preflight/survey";

const wayOut = "npm run down first";

/** What of the coordination cannot be changed under a stack that exists, and what it cannot do without. */
export function coordinationProblems(
  plan: StackPlan,
  { volumes, state }: Pick<Survey, "volumes" | "state">,
): Problem[] {
  const brokers = countOf(plan.stack, "broker", volumes);
  if (brokers === 0) return [];
  // The first `up` may have been broken off before it made all of it.
  const wasNeverUp = state.made === undefined && state.id !== undefined;
  const made = state.made ?? inferredFrom(plan, volumes, state);
  if (made.coordination !== plan.coordination) return [switched(plan.coordination)];
  if (made.coordination === "zookeeper" && plan.zookeepers.length !== made.zookeepers)
    return [resized(plan.zookeepers.length, made.zookeepers)];
  if (made.coordination === "kraft" && plan.controllers.length > 0 !== made.controllers > 0)
    return [controllersMoved(plan)];
  if (wasNeverUp) return [];
  return made.coordination === "zookeeper"
    ? ensembleProblems(plan, volumes, state.id)
    : quorumProblems(plan, volumes, state);
}

/** Stacks of earlier versions have no list of what there was; their volumes tell, since they outlive containers. */
function inferredFrom(
  { stack, coordination }: StackPlan,
  volumes: readonly string[],
  state: PulumiState,
): Pick<Made, "coordination" | "zookeepers" | "controllers"> {
  const controllers = countOf(stack, "controller", volumes);
  const members = volumes.filter((name) => isNumbered(stack, "zookeeper", name, "-data"));
  const isUnknown = state.volumes.size === 0 && coordination === "kraft";
  const isKraft = members.length === 0 && (controllers > 0 || state.clusterId !== undefined || isUnknown);
  // Members are numbered from 1, and there is an odd number of them.
  const highest = Math.max(1, ...members.map((name) => Number(/(\d+)-data$/.exec(name)?.[1])));
  return {
    coordination: isKraft ? "kraft" : "zookeeper",
    zookeepers: highest + 1 - (highest % 2),
    controllers,
  };
}

function countOf(stack: string, what: string, volumes: readonly string[]): number {
  return volumes.filter((name) => isNumbered(stack, what, name, "-data")).length;
}

function switched(coordination: StackPlan["coordination"]): Problem {
  const remedy =
    coordination === "kraft"
      ? "this stack was made with ZooKeeper, which holds what its brokers know: set it back to zookeeper"
      : "this stack was made with KRaft, in which brokers hold what they know: set it back to kraft";
  return {
    path: "coordination",
    found: coordination,
    remedy: `${remedy}, or ${wayOut} (pulumi destroy), which takes the stack's data with it`,
  };
}

/**
 * New members of an ensemble, empty, would form a majority while the one with the data is replaced, and Kafka would lose
 * all it knows.
 */
function resized(planned: number, existing: number): Problem {
  const remedy = `set it back to ${existing}, which the stack has; another size needs a new stack: ${wayOut}`;
  return { path: "zookeepers", found: planned, remedy };
}

/** Controllers hold the cluster's metadata; it does not move from brokers to controllers of their own, or back. */
function controllersMoved({ controllers, brokers }: StackPlan): Problem {
  const remedy =
    controllers.length > 0
      ? `this stack was made with brokers that are the controllers too, of which there are at most 3: set it to at most 3, or ${wayOut}`
      : `this stack was made with controllers of their own, which a cluster of at most 3 brokers does not have: set it to 4 or more, or ${wayOut}`;
  return { path: "brokers", found: brokers.length, remedy };
}

/** An ensemble gives a member that has lost its data a copy, as long as a majority has it. */
function ensembleProblems(plan: StackPlan, volumes: readonly string[], mark: string | undefined): Problem[] {
  const { zookeepers } = plan;
  const lost = zookeepers.flatMap(({ dataVolume, logVolume }) =>
    [dataVolume, logVolume].filter((name) => !volumes.includes(name)),
  );
  const whole = zookeepers.filter((member) => hasData(member, volumes));
  if (whole.length * 2 > zookeepers.length) return zookeepers.flatMap((member) => halfLost(member, volumes));
  const which = whole.length === 0 ? "ZooKeeper" : "the majority of ZooKeeper's members";
  const consequence = `${which} has lost its data, and with it which topics there are: the brokers' volumes cannot be read without it`;
  return [missing(plan, volumes, lost, consequence, mark)];
}

/** A member does not start with one half of its data. */
function halfLost(
  { container, dataVolume, logVolume }: StackPlan["zookeepers"][number],
  volumes: readonly string[],
): Problem[] {
  const [lost, kept] = volumes.includes(dataVolume) ? [logVolume, dataVolume] : [dataVolume, logVolume];
  if (volumes.includes(lost) || !volumes.includes(kept)) return [];
  const remedy =
    `${container} cannot use one half of its data without the other. Its other members have all of it, and give it a copy: ` +
    `docker rm -f ${container}; docker volume rm ${kept}; npx pulumi up`;
  return [{ path: `volume ${lost}`, found: "no such volume", remedy }];
}

const hasData = (
  { dataVolume, logVolume }: StackPlan["zookeepers"][number],
  volumes: readonly string[],
): boolean => volumes.includes(dataVolume) && volumes.includes(logVolume);

/**
 * A quorum gives a controller that has lost its data a copy, as long as a majority has it. The node that begins a cluster would begin
 * another one without its data (`quorum.ts`), unless it is known to join one.
 */
function quorumProblems(plan: StackPlan, volumes: readonly string[], { id, made }: PulumiState): Problem[] {
  const [founder] = [...plan.controllers, ...plan.brokers];
  const voters = voterVolumes(plan).filter((name) => (made?.volumes ?? volumes).includes(name));
  const lost = voters.filter((name) => !volumes.includes(name));
  if (lost.length > 0 && lost.length * 2 >= voters.length) {
    const which = voters.length === 1 ? "the only controller" : "the majority of the controllers";
    const consequence = `${which} has lost the cluster's metadata, and with it which topics there are: the other volumes cannot be read without it`;
    return [missing(plan, volumes, lost, consequence, id)];
  }
  if (made !== undefined || founder === undefined || volumes.includes(founder.dataVolume)) return [];
  const consequence = `${founder.container} would begin another cluster beside the nodes that this stack has`;
  return [missing(plan, volumes, [founder.dataVolume], consequence, id)];
}

/** The volumes of the nodes that vote in a KRaft cluster's quorum. */
function voterVolumes({ topicInit, controllers, brokers }: StackPlan): string[] {
  const hosts = new Set((topicInit.environment.TOPIC_INIT_VOTERS ?? []).map(({ host }) => host));
  return [...controllers, ...brokers].flatMap(({ container, dataVolume }) =>
    hosts.has(container) ? [dataVolume] : [],
  );
}

/**
 * The node that begins a KRaft cluster, where it has lost its data and has to join the cluster that the others are. An empty
 * one would begin another.
 */
export function founderThatJoins(
  plan: StackPlan,
  { volumes, state }: Pick<Survey, "volumes" | "state">,
): StackPlan["brokers"][number] | StackPlan["controllers"][number] | undefined {
  const [founder, ...others] = [...plan.controllers, ...plan.brokers];
  if (plan.coordination !== "kraft" || founder === undefined || state.made === undefined) return undefined;
  const isLost = state.made.volumes.includes(founder.dataVolume) && !volumes.includes(founder.dataVolume);
  return isLost && others.some(({ dataVolume }) => volumes.includes(dataVolume)) ? founder : undefined;
}

/** What is missing, what is lost with it, and what can still be done. */
function missing(
  plan: StackPlan,
  volumes: readonly string[],
  lost: readonly string[],
  consequence: string,
  mark: string | undefined,
): Problem {
  const labels = [
    `${labelOfStack}=${plan.stack}`,
    ...(mark === undefined ? [] : [`${labelOfState}=${mark}`]),
  ];
  const create = `docker volume create ${labels.map((label) => `--label ${label}`).join(" ")}`;
  const clusterVolumes = volumes.filter((name) =>
    ["zookeeper", "controller", "broker"].some((what) =>
      ["-data", "-log"].some((suffix) => isNumbered(plan.stack, what, name, suffix)),
    ),
  );
  const nodes = [...plan.zookeepers, ...plan.controllers, ...plan.brokers].map(({ container }) => container);
  const remedy =
    `${consequence}. If you have a copy, restore it (${create} ${lost[0]}, then copy the data into it). ` +
    `Or begin a new cluster, which loses the messages that are not in the table and keeps the table: ` +
    `docker rm -f ${nodes.join(" ")}; docker volume rm ${clusterVolumes.join(" ")}; ` +
    `npx pulumi config set --path lake.onLostOffsets new-incarnation; npx pulumi up. ` +
    `Or ${wayOut}, which deletes the table, too`;
  return { path: `volume ${lost.join(", ")}`, found: "no such volume", remedy };
}

/**
 * Members of the ensemble that have lost their data come after those that have it: empty ones must not form a majority, which would
 * take nothing for all there is.
 */
export function emptyMembersLast(
  { zookeepers }: StackPlan,
  volumes: readonly string[],
  conditions: ReadonlyMap<string, ContainerCondition>,
): ReadonlyMap<string, ContainerCondition> {
  const empty = zookeepers.filter((member) => !hasData(member, volumes));
  // Fewer would wait for the empty ones for ever.
  if (empty.length * 2 >= zookeepers.length) return conditions;
  return new Map([...conditions, ...empty.map(({ container }) => [container, "ailing"] as const)]);
}
