import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { eventually } from "../support/command";
import { docker } from "../support/docker";
import type { Broker, Fault, TestedCluster } from "./cluster";
import { livesOf, partitionsBy, zookeeperMode } from "./cluster-state";
import { cutFromNetwork, signal } from "./host";
import { obstacleToRestart, restartEngine } from "../../tools/setup/engine-restart.mjs";
import { Machine } from "../../tools/setup/machine.mjs";

/** How long the engine may take to start a container again. It waits longer after each failure. */
const restartWithinMs = 30_000;

/** Kills containers' processes all at once, and waits until the engine has started each again by itself. */
export async function crash(containers: readonly string[]): Promise<Fault> {
  const before = await livesOf(containers);
  await signal(containers, "KILL");
  const firstStarts = new Map<string, number>();
  await eventually(`${containers.join(", ")} started again`, restartWithinMs, async () => {
    for (const [index, life] of (await livesOf(containers)).entries()) {
      const container = containers[index] ?? "";
      const isNew = life.running && life.startedMs !== before[index]?.startedMs;
      if (isNew && !firstStarts.has(container)) firstStarts.set(container, life.startedMs);
    }
    return firstStarts.size === containers.length || undefined;
  });
  return { returnedMs: Math.max(...firstStarts.values()) };
}

/** Kills the controller, and checks that another broker becomes the controller. @param controllerBy asks a broker for the controller */
export async function crashController(
  cluster: TestedCluster,
  controllerBy: (broker: Broker) => Promise<number | undefined>,
): Promise<Fault> {
  const [first] = cluster.brokers;
  const controller = cluster.broker((first && (await controllerBy(first))) ?? -1);
  const [other] = cluster.others(controller);
  const fault = await crash([controller.container]);
  await eventually(`another controller than broker ${controller.id}`, restartWithinMs, async () => {
    const now = other && (await controllerBy(other));
    return (now !== undefined && now > 0 && now !== controller.id) || undefined;
  });
  return fault;
}

/** Kills the leader of the ZooKeeper ensemble, and checks that another member becomes the leader. */
export async function crashZookeeperLeader(cluster: TestedCluster): Promise<Fault> {
  const leader = await zookeeperLeader(cluster);
  if (leader === undefined) throw new Error("the ZooKeeper ensemble has no leader");
  const fault = await crash([leader]);
  await eventually(`another ZooKeeper leader than ${leader}`, restartWithinMs, async () => {
    const now = await zookeeperLeader(cluster);
    return (now !== undefined && now !== leader) || undefined;
  });
  return fault;
}

/** Kills the whole ZooKeeper ensemble at once, and starts it after a while. */
export async function takeZookeepersAway(cluster: TestedCluster, forMs: number): Promise<Fault> {
  await docker("kill", ...cluster.zookeepers);
  await sleep(forMs);
  expect((await livesOf(cluster.zookeepers)).map(({ running }) => running)).not.toContain(true);
  await docker("start", ...cluster.zookeepers);
  return { returnedMs: Date.now() };
}

/** Freezes a broker for a while, as a stalled host does: its connections stay open, and it does not answer. */
export async function freeze(cluster: TestedCluster, broker: Broker, forMs: number): Promise<Fault> {
  const [before] = await livesOf([broker.container]);
  await signal([broker.container], "STOP");
  try {
    await Promise.all([sleep(forMs), missedBy(cluster, broker, forMs)]);
  } finally {
    await signal([broker.container], "CONT");
  }
  const returnedMs = Date.now();
  expect((await livesOf([broker.container]))[0]?.startedMs).toBe(before?.startedMs);
  return { returnedMs };
}

/** Cuts a broker from its networks for a while. */
export async function cut(cluster: TestedCluster, broker: Broker, forMs: number): Promise<Fault> {
  const [before] = await livesOf([broker.container]);
  await Promise.all([cutFromNetwork(broker.container, forMs), missedBy(cluster, broker, forMs)]);
  const returnedMs = Date.now();
  expect((await livesOf([broker.container]))[0]?.startedMs).toBe(before?.startedMs);
  return { returnedMs };
}

/** The broker that leads the most partitions: its faults have the most effect. */
export async function busiestBroker(cluster: TestedCluster): Promise<Broker> {
  const [first] = cluster.brokers;
  const partitions = (await partitionsBy(first?.address ?? "", cluster.topics)) ?? [];
  const led = ({ id }: Broker) => partitions.filter(({ leader }) => leader === id).length;
  const [busiest] = [...cluster.brokers].sort((one, other) => led(other) - led(one));
  if (busiest === undefined || led(busiest) === 0) throw new Error("no broker leads a partition");
  return busiest;
}

/** Waits until the other brokers have replaced one: it leads nothing, and none of its replicas counts as in sync. */
async function missedBy(cluster: TestedCluster, broker: Broker, withinMs: number): Promise<void> {
  const [other] = cluster.others(broker);
  await eventually(`the cluster misses broker ${broker.id}`, withinMs, async () => {
    const partitions = await partitionsBy(other?.address ?? "", cluster.topics);
    return (
      partitions?.every(({ leader, inSync }) => leader !== broker.id && !inSync.includes(broker.id)) ||
      undefined
    );
  });
}

async function zookeeperLeader(cluster: TestedCluster): Promise<string | undefined> {
  const modes = await Promise.all(cluster.zookeepers.map(zookeeperMode));
  return cluster.zookeepers[modes.indexOf("leader")];
}

/** Why the engine cannot be restarted, or undefined: containers of others run on it, or it is not this machine's. */
export function obstacleToEngineRestart(cluster: TestedCluster): Promise<string | undefined> {
  return obstacleToRestart(new Machine(), (container) => container.startsWith(cluster.container("")));
}

/** Restarts the Docker engine, and with it all containers. */
export async function restartWholeEngine(cluster: TestedCluster): Promise<Fault> {
  const containers = [...cluster.zookeepers, ...cluster.brokers.map(({ container }) => container)];
  const before = await livesOf(containers);
  await restartEngine(new Machine());
  const returnedMs = Date.now();
  const after = await livesOf(containers);
  const same = after.filter(({ startedMs }, index) => startedMs === before[index]?.startedMs);
  expect(same).toEqual([]);
  return { returnedMs };
}
