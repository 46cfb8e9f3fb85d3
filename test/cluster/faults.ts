import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { eventually } from "../support/command";
import { docker } from "../support/docker";
import type { Broker, Fault, TestedCluster } from "./cluster";
import { livesOf, partitionsBy, zookeeperMode } from "./cluster-state";
import { cutFromNetwork, signal } from "./host";

/** How long a container may take to be started again by the engine, which waits longer after each failure. */
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

/** Kills the controller, and sees that another broker becomes it. @param controllerBy asks a broker who it is */
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

/** Kills the leader of the ZooKeeper ensemble, and sees that another member becomes it. */
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

/** Takes the whole ZooKeeper ensemble away at once for a while. */
export async function takeZookeepersAway(cluster: TestedCluster, forMs: number): Promise<Fault> {
  await docker("kill", ...cluster.zookeepers);
  await sleep(forMs);
  expect((await livesOf(cluster.zookeepers)).map(({ running }) => running)).not.toContain(true);
  await docker("start", ...cluster.zookeepers);
  return { returnedMs: Date.now() };
}

/** Stops a broker's process for a while, as a stalled host does: its connections stay open, and nobody answers. */
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

/** The broker that leads the most partitions: what befalls it is felt. */
export async function busiestBroker(cluster: TestedCluster): Promise<Broker> {
  const [first] = cluster.brokers;
  const partitions = (await partitionsBy(first?.address ?? "", cluster.topics)) ?? [];
  const led = ({ id }: Broker) => partitions.filter(({ leader }) => leader === id).length;
  const [busiest] = [...cluster.brokers].sort((one, other) => led(other) - led(one));
  if (busiest === undefined || led(busiest) === 0) throw new Error("no broker leads a partition");
  return busiest;
}

/** Waits until the other brokers do without one: it leads nothing, and none of its copies counts as in sync. */
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
