import { signal } from "../../test/cluster/host";
import { brokerContainer, type MeasuredCluster } from "./cluster";
import { Probe, waitForBrokers } from "./probe";
import { memoryByContainer } from "../support/usage";
import { median } from "../support/figures";

const rounds = 3;
/** How long a cluster is idle before its memory is read. */
const idleMs = 10_000;

/** The medians of a cluster. */
export interface ClusterFigures {
  /** Until the tool that creates it has ended. */
  readonly upSeconds: number;
  /** Until each broker has acknowledged a message. */
  readonly readySeconds: number;
  /** From the SIGKILL of a broker until each partition that it led has acknowledged a message that was sent later. */
  readonly outageSeconds: number;
  readonly brokerMegabytes: number;
  /** Of ZooKeeper, or of all controllers that are not brokers. */
  readonly coordinationMegabytes: number;
}

/** Creates a cluster several times, kills another of its brokers each time, and removes the cluster. */
export async function measureCluster(cluster: MeasuredCluster): Promise<ClusterFigures> {
  const ups: number[] = [];
  const readies: number[] = [];
  const outages: number[] = [];
  const memories: Map<string, number>[] = [];
  for (let round = 0; round < rounds; round++) {
    const beganMs = Date.now();
    await cluster.up();
    ups.push(Date.now() - beganMs);
    await waitForBrokers(cluster.bootstrapServers);
    const probe = await Probe.start(cluster.bootstrapServers);
    try {
      readies.push(Date.now() - beganMs);
      outages.push(await kill(cluster, (round % cluster.bootstrapServers.length) + 1, probe));
    } finally {
      await probe.stop();
    }
    await new Promise((resolve) => setTimeout(resolve, idleMs));
    memories.push(await memoryByContainer(cluster.prefix));
    await cluster.down();
  }
  return {
    upSeconds: median(ups) / 1_000,
    readySeconds: median(readies) / 1_000,
    outageSeconds: median(outages) / 1_000,
    brokerMegabytes: median(memories.flatMap((memory) => memoryOf(memory, /^broker-\d+$/))),
    coordinationMegabytes: median(
      memories.map((memory) =>
        memoryOf(memory, /^(zookeeper|controller)-/).reduce((sum, each) => sum + each, 0),
      ),
    ),
  };
}

/** Kills a broker. @returns how long the partitions that it led accepted no message, in milliseconds */
async function kill(cluster: MeasuredCluster, id: number, probe: Probe): Promise<number> {
  const partitions = await probe.ledBy(id);
  if (partitions.length === 0) throw new Error(`broker ${id} leads nothing`);
  await signal([brokerContainer(cluster, id)], "KILL");
  const killedMs = Date.now();
  return (await probe.acknowledgedAfter(killedMs, partitions)) - killedMs;
}

const memoryOf = (memory: ReadonlyMap<string, number>, name: RegExp) =>
  [...memory].filter(([container]) => name.test(container)).map(([, megabytes]) => megabytes);
