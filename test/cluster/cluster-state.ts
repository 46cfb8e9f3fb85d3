import { Kafka, logLevel } from "kafkajs";
import { docker } from "../support/docker";

/** A partition as a broker describes it. */
export interface PartitionState {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

/** With short limits and without retries: callers ask again. */
const client = (address: string) =>
  new Kafka({
    clientId: "test",
    brokers: [address],
    connectionTimeout: 1000,
    requestTimeout: 2000,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  });

/** The partitions of topics, as the broker at an address knows them; undefined if it does not answer or lacks a topic. */
export async function partitionsBy(
  address: string,
  topics: readonly string[],
): Promise<PartitionState[] | undefined> {
  const admin = client(address).admin();
  try {
    await admin.connect();
    const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
    return metadata.topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionId, leader, replicas, isr }) => ({
        topic: name,
        partition: partitionId,
        leader,
        replicas,
        inSync: isr,
      })),
    );
  } catch {
    return undefined;
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

/** Whether every broker says that all replicas of all partitions are in sync. */
export async function allInSync(addresses: readonly string[], topics: readonly string[]): Promise<boolean> {
  const views = await Promise.all(addresses.map((address) => partitionsBy(address, topics)));
  return views.every((partitions) =>
    partitions?.every(({ leader, replicas, inSync }) => leader >= 0 && inSync.length === replicas.length),
  );
}

/** The controller of a cluster with ZooKeeper, according to the broker at an address. */
export async function zookeeperController(address: string): Promise<number | undefined> {
  const admin = client(address).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).controller ?? undefined;
  } catch {
    return undefined;
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

/** The leader of a KRaft cluster's metadata quorum, according to a broker. */
export async function kraftController(container: string): Promise<number | undefined> {
  const command = ["kafka-metadata-quorum", "--bootstrap-server", "localhost:29092", "describe", "--status"];
  const status = await docker("exec", container, ...command).catch(() => "");
  const id = /^LeaderId:\s+(\d+)$/m.exec(status)?.[1];
  return id === undefined ? undefined : Number(id);
}

/** The role of a member of a ZooKeeper ensemble; undefined if it does not serve. */
export async function zookeeperMode(container: string): Promise<string | undefined> {
  const ask = "exec 3<>/dev/tcp/127.0.0.1/2181 && printf srvr >&3 && cat <&3";
  const answer = await docker("exec", container, "bash", "-c", ask).catch(() => "");
  return /^Mode: (\w+)$/m.exec(answer)?.[1];
}

/** The present process of a container. */
export interface ContainerLife {
  readonly running: boolean;
  readonly startedMs: number;
  /** How often the engine has started it again after a crash. */
  readonly restarts: number;
}

/** The present processes of containers, in the containers' order. */
export async function livesOf(containers: readonly string[]): Promise<ContainerLife[]> {
  const format = "{{.State.Running}} {{.State.StartedAt}} {{.RestartCount}}";
  const listing = await docker("inspect", "--format", format, ...containers);
  return listing
    .trim()
    .split("\n")
    .map((line) => {
      const [running, startedAt = "", restarts] = line.split(" ");
      return { running: running === "true", startedMs: Date.parse(startedAt), restarts: Number(restarts) };
    });
}
