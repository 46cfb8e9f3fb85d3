import { environmentLines } from "../../../../contract/environment/variables";
import { containerName } from "../../../model/names";
import { clusterIdVariable, formatToJoin } from "../../../plan/coordination";
import { kafkaDataPath } from "../../../plan/kafka-node";
import type { StackPlan } from "../../../plan/stack";
import type { Workload } from "../../../plan/workload";
import { founderThatJoins } from "../../../preflight/lost-volumes";
import { labelOfState, stackLabels } from "../names";
import { createVolume, fileOfVolume, removeNetworks, runOn, stopAndRemove, variableOf } from "./engine";
import { ownership } from "./ownership";
import type { PulumiState } from "./state";
import { existingStack, type Survey } from "./survey";

/** What a stack starts with when it is made on volumes that its state does not know. */
export interface TakenOver {
  /** The id of a KRaft cluster that this state does not know; undefined for all others. */
  readonly clusterId: string | undefined;
  /** The containers that were removed, by their names on the engine. */
  readonly removed: ReadonlySet<string>;
}

export const nothingTakenOver: TakenOver = { clusterId: undefined, removed: new Set() };

/** Brokers that are asked to end write down their position, and start faster from there. */
const graceSeconds = 30;

/**
 * Makes room for a stack: removes containers and networks that belong to it although its state does not know them, because an `up` was
 * killed, or because it takes them over. They are made anew, on the same volumes.
 * @param adopt marks of other states whose things are to be taken over.
 */
export async function takeOver(
  plan: StackPlan,
  survey: Pick<Survey, "objects" | "state">,
  adopt: readonly string[],
): Promise<TakenOver> {
  const { stack } = plan;
  const { objects, state } = survey;
  const { leftovers, own } = ownership(stack, objects, state, adopt);
  const volumes = own.filter(({ kind }) => kind === "volume").map(({ name }) => name);
  const isUnknown = plan.coordination === "kraft" && state.clusterId === undefined;
  const clusterId = isUnknown ? await existingClusterId(plan, new Set(volumes)) : undefined;
  const containers = leftovers.filter(({ kind }) => kind === "container");
  const networks = leftovers.filter(({ kind }) => kind === "network");
  // Brokers end only with the help of the ZooKeeper ensemble or the controllers.
  const endLast = new Set(
    [...plan.zookeepers, ...plan.controllers].map(({ name }) => containerName(stack, name)),
  );
  for (const last of [false, true]) {
    const group = containers.filter(({ name }) => endLast.has(name) === last);
    await stopAndRemove(
      group.map(({ id }) => id),
      graceSeconds,
    );
  }
  await removeNetworks(networks.map(({ id }) => id));
  const founder = founderThatJoins(plan, existingStack(stack, { ...survey, volumes }));
  if (founder !== undefined) await prepareToJoin(plan, founder, state);
  return { clusterId, removed: new Set(containers.map(({ name }) => name)) };
}

/** Makes the volume of a node that has lost its data, formatted: with an empty volume the node would begin another cluster. */
async function prepareToJoin(
  { stack, images }: StackPlan,
  { volumes, environment }: Workload,
  { id, clusterId }: PulumiState,
): Promise<void> {
  const labels = { ...stackLabels(stack), ...(id !== undefined && { [labelOfState]: id }) };
  const lines = environmentLines({ ...environment, [clusterIdVariable]: clusterId });
  for (const { name } of volumes) {
    await createVolume(containerName(stack, name), labels);
    await runOn(containerName(stack, name), kafkaDataPath, images.kafka, lines, formatToJoin);
  }
}

/** Finds the id of a cluster through one of its nodes: in the container's environment, or else on the volume. */
async function existingClusterId(
  { stack, controllers, brokers, images }: StackPlan,
  owned: ReadonlySet<string>,
): Promise<string | undefined> {
  const nodes = [...controllers, ...brokers].flatMap(({ name, volumes }) => {
    const volume = volumes.map((each) => containerName(stack, each.name)).find((each) => owned.has(each));
    return volume === undefined ? [] : [{ container: containerName(stack, name), volume }];
  });
  const [node] = nodes;
  if (node === undefined) return undefined;
  const fromContainer = await firstOf(nodes.map(({ container }) => variableOf(container, clusterIdVariable)));
  return fromContainer ?? clusterIdIn(await fileOfVolume(node.volume, "meta.properties", images.kafka));
}

async function firstOf(answers: readonly Promise<string | undefined>[]): Promise<string | undefined> {
  return (await Promise.all(answers)).find((answer) => answer !== undefined);
}

function clusterIdIn(properties: string): string | undefined {
  return /^cluster\.id=(.+)$/m.exec(properties)?.[1];
}
