import { Kafka, logLevel } from "kafkajs";
import { docker } from "../support/docker";

/** A partition as a broker tells of it. */
export interface PartitionState {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

/** Short, and without repetition: whoever asks, asks again. */
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

/** Whether every one of the brokers says that all copies of all partitions are in sync, theirs among them. */
export async function allInSync(addresses: readonly string[], topics: readonly string[]): Promise<boolean> {
  const views = await Promise.all(addresses.map((address) => partitionsBy(address, topics)));
  return views.every((partitions) =>
    partitions?.every(({ leader, replicas, inSync }) => leader >= 0 && inSync.length === replicas.length),
  );
}

/** Which broker is the controller of a cluster that is coordinated by ZooKeeper, by the broker at an address. */
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

/** Which node leads the quorum of a KRaft cluster, by one of its brokers' containers. */
export async function kraftController(container: string): Promise<number | undefined> {
  const command = ["kafka-metadata-quorum", "--bootstrap-server", "localhost:29092", "describe", "--status"];
  const status = await docker("exec", container, ...command).catch(() => "");
  const id = /^LeaderId:\s+(\d+)$/m.exec(status)?.[1];
  return id === undefined ? undefined : Number(id);
}

/** What a member of a ZooKeeper ensemble is, or undefined if it does not serve. */
export async function zookeeperMode(container: string): Promise<string | undefined> {
  const ask = "exec 3<>/dev/tcp/127.0.0.1/2181 && printf srvr >&3 && cat <&3";
  const answer = await docker("exec", container, "bash", "-c", ask).catch(() => "");
  return /^Mode: (\w+)$/m.exec(answer)?.[1];
}

/** How a container's present process came to be. */
export interface ContainerLife {
  readonly running: boolean;
  readonly startedMs: number;
  /** How often the engine has started it again after a crash. */
  readonly restarts: number;
}

/** The present lives of containers, in their order. */
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
