import { environmentLines } from "../../../../contract/environment/variables";
import { createVolume, fileOfVolume, runOn, removeNetworks, stopAndRemove, variableOf } from "./engine";
import { ownership } from "./ownership";
import type { Survey } from "./survey";
import { labelOfState, stackLabels } from "../../../model/names";
import { formatToJoin } from "../../../plan/quorum";
import type { StackPlan } from "../../../plan/stack";
import { founderThatJoins } from "../../../preflight/coordination";
import type { PulumiState } from "./state";

/** What a stack begins with when it is made on volumes that its state does not know. */
export interface TakenOver {
  /** Of a KRaft cluster that this state does not know; undefined for all others. */
  readonly clusterId: string | undefined;
  /** The containers that were removed. */
  readonly removed: ReadonlySet<string>;
}

export const nothingTakenOver: TakenOver = { clusterId: undefined, removed: new Set() };

/** Brokers write down where they are when they are asked to end, and start faster from there. */
const graceSeconds = 30;

/**
 * Makes room for a stack: removes containers and networks that its state does not know, though they are its own, because an `up` was
 * killed, or because it takes them over. They are made anew, on the same volumes.
 */
export async function takeOver(
  plan: StackPlan,
  { objects, state }: Pick<Survey, "objects" | "state">,
  adopt: readonly string[],
): Promise<TakenOver> {
  const { leftovers, own } = ownership(plan.stack, objects, state, adopt);
  const volumes = new Set(own.filter(({ kind }) => kind === "volume").map(({ name }) => name));
  const nodes = [...plan.controllers, ...plan.brokers].filter(({ dataVolume }) => volumes.has(dataVolume));
  const isUnknown = plan.coordination === "kraft" && state.clusterId === undefined;
  const clusterId = isUnknown ? await clusterIdOf(nodes, plan.images.kafka) : undefined;
  const containers = leftovers.filter(({ kind }) => kind === "container");
  const networks = leftovers.filter(({ kind }) => kind === "network");
  // Brokers end only with the help of those through which they agree.
  const coordinators = new Set([...plan.zookeepers, ...plan.controllers].map(({ container }) => container));
  for (const last of [false, true]) {
    const group = containers.filter(({ name }) => coordinators.has(name) === last);
    await stopAndRemove(
      group.map(({ id }) => id),
      graceSeconds,
    );
  }
  await removeNetworks(networks.map(({ id }) => id));
  const founder = founderThatJoins(plan, { volumes: [...volumes], state });
  if (founder !== undefined) await prepareToJoin(plan, founder, state);
  return { clusterId, removed: new Set(containers.map(({ name }) => name)) };
}

/** Makes the volume of a node that has lost its data, formatted: the node would begin another cluster with an empty one. */
async function prepareToJoin(
  { stack, images }: StackPlan,
  { dataVolume, environment }: StackPlan["brokers"][number] | StackPlan["controllers"][number],
  { id, clusterId }: PulumiState,
): Promise<void> {
  const labels = { ...stackLabels(stack), ...(id !== undefined && { [labelOfState]: id }) };
  await createVolume(dataVolume, labels);
  const lines = environmentLines({ ...environment, CLUSTER_ID: clusterId });
  await runOn(dataVolume, "/var/lib/kafka/data", images.kafka, lines, formatToJoin);
}

/** The id of a cluster by one of its nodes: by what the container was told, or else by what the volume has. */
async function clusterIdOf(
  nodes: readonly { readonly container: string; readonly dataVolume: string }[],
  image: string,
): Promise<string | undefined> {
  const [node] = nodes;
  if (node === undefined) return undefined;
  const told = await firstOf(nodes.map(({ container }) => variableOf(container, "CLUSTER_ID")));
  return told ?? clusterIdIn(await fileOfVolume(node.dataVolume, "meta.properties", image));
}

async function firstOf(answers: readonly Promise<string | undefined>[]): Promise<string | undefined> {
  return (await Promise.all(answers)).find((answer) => answer !== undefined);
}

function clusterIdIn(properties: string): string | undefined {
  return /^cluster\.id=(.+)$/m.exec(properties)?.[1];
}
