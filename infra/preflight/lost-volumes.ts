import type { Problem } from "../../contract/problems";
import { type StackPlan, volumesOf } from "../plan/stack";
import type { Workload } from "../plan/workload";
import { type Conditions, type ExistingStack, isNumbered, type Repairs } from "./existing-stack";

/** Volumes that a stack had and that are gone: what is lost with them, what can be repaired, and how. */

type Node = Pick<Workload, "name" | "volumes">;

const volumeNames = ({ volumes }: Node) => volumes.map(({ name }) => name);
const hasData = (node: Node, there: readonly string[]) =>
  volumeNames(node).every((name) => there.includes(name));

/** An ensemble gives a member that has lost its data a copy, as long as a majority has it. */
export function ensembleProblems(
  plan: StackPlan,
  { volumes }: Pick<ExistingStack, "volumes">,
  repairs: Repairs,
): Problem[] {
  const { zookeepers } = plan;
  const lost = zookeepers.flatMap(volumeNames).filter((name) => !volumes.includes(name));
  const whole = zookeepers.filter((member) => hasData(member, volumes));
  if (whole.length * 2 > zookeepers.length)
    return zookeepers.flatMap((member) => halfLost(member, volumes, repairs));
  const which = whole.length === 0 ? "ZooKeeper" : "the majority of ZooKeeper's members";
  const consequence = `${which} has lost its data, and with it which topics there are: the brokers' volumes cannot be read without it`;
  return [clusterLost(plan, volumes, lost, consequence, repairs)];
}

/** A member does not start with one half of its data. */
function halfLost(member: Node, volumes: readonly string[], { nameOf, remove }: Repairs): Problem[] {
  const kept = volumeNames(member).filter((name) => volumes.includes(name));
  const [lost] = volumeNames(member).filter((name) => !volumes.includes(name));
  if (lost === undefined || kept.length === 0) return [];
  const remedy =
    `${nameOf(member.name)} cannot use one half of its data without the other. Its other members have all of it, and give it a copy: ` +
    `${remove([member.name], kept)}; npx pulumi up`;
  return [{ path: `volume ${nameOf(lost)}`, found: "no such volume", remedy }];
}

/**
 * A quorum gives a controller that has lost its data a copy, as long as a majority has it. The founder would begin another cluster
 * without its data (see `kraftCommand`), unless it is known to join one.
 */
export function quorumProblems(
  plan: StackPlan,
  { volumes, made }: Pick<ExistingStack, "volumes" | "made">,
  repairs: Repairs,
): Problem[] {
  const [founder] = [...plan.controllers, ...plan.brokers];
  const voters = voterVolumes(plan).filter((name) => (made?.volumes ?? volumes).includes(name));
  const lost = voters.filter((name) => !volumes.includes(name));
  if (lost.length > 0 && lost.length * 2 >= voters.length) {
    const which = voters.length === 1 ? "the only controller" : "the majority of the controllers";
    const consequence = `${which} has lost the cluster's metadata, and with it which topics there are: the other volumes cannot be read without it`;
    return [clusterLost(plan, volumes, lost, consequence, repairs)];
  }
  if (made !== undefined || founder === undefined || hasData(founder, volumes)) return [];
  const consequence = `${repairs.nameOf(founder.name)} would begin another cluster beside the nodes that this stack has`;
  return [clusterLost(plan, volumes, volumeNames(founder), consequence, repairs)];
}

/** The volumes of the nodes that vote in a KRaft cluster's quorum. */
function voterVolumes({ controllers, brokers, topicInit }: StackPlan): string[] {
  const voters = topicInit.settings.TOPIC_INIT_VOTERS ?? [];
  const nodeIds = new Set(voters.map(({ nodeId }) => nodeId));
  return [
    ...controllers.filter(({ nodeId }) => nodeIds.has(nodeId)),
    ...brokers.filter(({ id }) => nodeIds.has(id)),
  ].flatMap(volumeNames);
}

/** The problem of a cluster that has lost what it cannot do without: what is missing, what is lost with it, and what can still be done. */
function clusterLost(
  plan: StackPlan,
  volumes: readonly string[],
  lost: readonly string[],
  consequence: string,
  { nameOf, createVolume, remove }: Repairs,
): Problem {
  const clusterVolumes = volumes.filter((name) =>
    ["zookeeper", "controller", "broker"].some((what) =>
      ["-data", "-log"].some((suffix) => isNumbered(what, name, suffix)),
    ),
  );
  const nodes = [...plan.zookeepers, ...plan.controllers, ...plan.brokers].map(({ name }) => name);
  const remedy =
    `${consequence}. If you have a copy, restore it (${createVolume(lost[0] ?? "")}, then copy the data into it). ` +
    `Or begin a new cluster, which loses the messages that are not in the table and keeps the table: ` +
    `${remove(nodes, clusterVolumes)}; ` +
    `npx pulumi config set --path lake.onLostOffsets new-incarnation; npx pulumi up. ` +
    `Or npm run down first, which deletes the table, too`;
  return { path: `volume ${lost.map(nameOf).join(", ")}`, found: "no such volume", remedy };
}

/**
 * The founder of a KRaft cluster, if it has lost its data and has to join the cluster of the others. An empty one would begin another
 * cluster.
 */
export function founderThatJoins(
  plan: StackPlan,
  { volumes, made }: Pick<ExistingStack, "volumes" | "made">,
): StackPlan["brokers"][number] | StackPlan["controllers"][number] | undefined {
  const [founder, ...others] = [...plan.controllers, ...plan.brokers];
  if (plan.coordination !== "kraft" || founder === undefined || made === undefined) return undefined;
  const isLost = hasData(founder, made.volumes) && !hasData(founder, volumes);
  return isLost && others.some((node) => hasData(node, volumes)) ? founder : undefined;
}

/**
 * Conditions under which members of the ensemble that have lost their data change after those that have it: empty members must not
 * form a majority, which would take nothing for all there is.
 */
export function emptyMembersLast(
  { zookeepers }: StackPlan,
  volumes: readonly string[],
  conditions: Conditions,
): Conditions {
  const empty = zookeepers.filter((member) => !hasData(member, volumes));
  // A minority with data would wait for the empty members for ever.
  if (empty.length * 2 >= zookeepers.length) return conditions;
  return new Map([...conditions, ...empty.map(({ name }) => [name, "unhealthy"] as const)]);
}

/** What is lost with volumes that a stack had and that it can do without; one line each. */
export function lostVolumes(
  plan: StackPlan,
  { volumes, made }: Pick<ExistingStack, "volumes" | "made">,
  { nameOf }: Pick<Repairs, "nameOf">,
): string[] {
  const there = new Set(volumes);
  const planned = new Set(volumesOf(plan));
  const lost = new Set((made?.volumes ?? []).filter((name) => planned.has(name) && !there.has(name)));
  return [...lost].map(
    (name) => `volume ${nameOf(name)} is gone and is made anew, empty: ${lossOf(plan, name, lost)}`,
  );
}

function lossOf(plan: StackPlan, volume: string, lost: ReadonlySet<string>): string {
  const { brokers, controllers, zookeepers, prometheus } = plan;
  if (volume === plan.lake.volume)
    return "the table is lost; the lake makes it again of all messages that the topics still have";
  if (prometheus && volumeNames(prometheus).includes(volume)) return "Prometheus' metrics are lost";
  const hasLost = (node: Node) => volumeNames(node).some((name) => lost.has(name));
  const someKeep = (nodes: readonly Node[]) => nodes.some((node) => !hasLost(node));
  const isOf = (nodes: readonly Node[]) => nodes.some((node) => volumeNames(node).includes(volume));
  const metadata = "which topics there were is lost, and they are made anew";
  if (isOf(zookeepers))
    return someKeep(zookeepers) ? "its member of ZooKeeper gets its data from the others" : metadata;
  if (isOf(controllers))
    return someKeep(controllers) ? "its controller gets the cluster's metadata from the others" : metadata;
  return brokers.filter(hasLost).length < fewestCopies(plan)
    ? "its broker copies the messages from the others"
    : "messages that no other broker has are lost; what the table has stays there, and the lake stops at a topic that has " +
        "lost messages: npx pulumi config set --path lake.onLostOffsets new-incarnation && npx pulumi up lets it go on";
}

function fewestCopies({ topicInit }: StackPlan): number {
  const topics = topicInit.settings.TOPIC_INIT_TOPICS;
  return Math.min(...topics.map(({ replicationFactor }) => replicationFactor));
}
