import { Kafka, logLevel } from "kafkajs";
import { versions } from "../../tools/setup/versions.mjs";
import { eventually, tryCommand } from "./command";
import { CuttableProxy } from "./cuttable-proxy";
import { docker } from "./docker";
import { freePortRange } from "./pulumi-stack";
import { testImages } from "./quick-images";
import { runPrefix } from "./sweep";

/** Listeners of a broker: for clients, for other brokers, for controllers; and the proxy before that for clients. */
const portsPerBroker = 4;
const readyWithinMs = 120_000;

/**
 * Brokers that are their own controllers, on the host's network, without a stack: they start in seconds. Each can be killed, paused, and
 * cut from its clients.
 */
export class KraftBrokers {
  private constructor(
    /** The stack whose label they have. */
    readonly stack: string,
    private readonly containers: readonly string[],
    private readonly proxies: readonly CuttableProxy[],
    /** Addresses for programs and containers in the host's network. */
    readonly bootstrapServers: string,
  ) {}

  static async start(purpose: string, count: number): Promise<KraftBrokers> {
    const stack = `${runPrefix()}${purpose}`;
    const firstPort = await freePortRange(count * portsPerBroker);
    const ids = Array.from({ length: count }, (_, index) => index + 1);
    const port = (id: number, listener: number) => firstPort + (id - 1) * portsPerBroker + listener;
    const proxies = await Promise.all(ids.map((id) => CuttableProxy.start(port(id, 3), port(id, 0))));
    const containers = ids.map((id) => `kafka-iot-sim-${stack}-broker-${id}`);
    const brokers = new KraftBrokers(
      stack,
      containers,
      proxies,
      ids.map((id) => `127.0.0.1:${port(id, 3)}`).join(","),
    );
    const voters = ids.map((id) => `${id}@127.0.0.1:${port(id, 2)}`).join(",");
    const image = (await testImages()).kafka ?? versions.images.official.kafka;
    const run = (id: number) => {
      const environment = {
        CLUSTER_ID: "MkU3OEVBNTcwNTJENDM2Qk",
        KAFKA_NODE_ID: String(id),
        KAFKA_PROCESS_ROLES: "broker,controller",
        KAFKA_CONTROLLER_QUORUM_VOTERS: voters,
        KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
        KAFKA_INTER_BROKER_LISTENER_NAME: "INTERNAL",
        KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CLIENTS:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
        KAFKA_LISTENERS: ["CLIENTS", "INTERNAL", "CONTROLLER"]
          .map((name, listener) => `${name}://127.0.0.1:${port(id, listener)}`)
          .join(","),
        KAFKA_ADVERTISED_LISTENERS: `CLIENTS://127.0.0.1:${port(id, 3)},INTERNAL://127.0.0.1:${port(id, 1)}`,
        KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
        KAFKA_DEFAULT_REPLICATION_FACTOR: String(Math.min(count, 3)),
        KAFKA_MIN_INSYNC_REPLICAS: String(Math.min(count, 2)),
        KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: "1",
        KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: String(Math.min(count, 3)),
        KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
        KAFKA_BROKER_SESSION_TIMEOUT_MS: "6000",
        // Some tests write records with fixed times, which may be older than what Kafka keeps by default.
        KAFKA_LOG_RETENTION_MS: "-1",
        KAFKA_HEAP_OPTS: "-Xms128m -Xmx256m",
      };
      const flags = Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
      const labels = ["--label", `kafka-iot-sim.stack=${stack}`];
      const name = ["--name", `kafka-iot-sim-${stack}-broker-${id}`];
      return docker("run", "--detach", ...name, ...labels, "--network", "host", ...flags, image);
    };
    try {
      await Promise.all(ids.map(run));
      for (const id of ids) await brokers.knowsAll(id);
      return brokers;
    } catch (error) {
      await brokers.stop();
      throw error;
    }
  }

  /** Kills a broker (SIGKILL). */
  async kill(id: number): Promise<void> {
    await docker("kill", this.container(id));
  }

  /** Starts a killed broker again, and waits until it knows all brokers. */
  async start(id: number): Promise<void> {
    await docker("start", this.container(id));
    await this.knowsAll(id);
  }

  /** Freezes a broker (SIGSTOP): its connections stay open. */
  async freeze(id: number): Promise<void> {
    await docker("kill", "--signal", "STOP", this.container(id));
  }

  /** Lets a frozen broker go on. */
  async thaw(id: number): Promise<void> {
    await docker("kill", "--signal", "CONT", this.container(id));
  }

  /** Waits until another broker says that one has left the cluster, so that it leads nothing. */
  async missed(id: number): Promise<void> {
    const other = (id % this.containers.length) + 1;
    await this.waitForCluster(`broker ${other} misses broker ${id}`, other, (ids) => !ids.includes(id));
  }

  /** Cuts the connections of a broker's clients. */
  cut(id: number): void {
    this.proxies[id - 1]?.cut();
  }

  async stop(): Promise<void> {
    await tryCommand("docker", ["rm", "--force", "--volumes", ...this.containers]);
    await Promise.all(this.proxies.map((proxy) => proxy.stop()));
  }

  /** The name of a broker's container. */
  container(id: number): string {
    return this.containers[id - 1] ?? "";
  }

  private knowsAll(id: number): Promise<void> {
    const count = this.containers.length;
    return this.waitForCluster(`broker ${id} knows all brokers`, id, (ids) => ids.length === count);
  }

  /** Waits until a broker answers, and the brokers that it knows are as wanted. */
  private async waitForCluster(
    what: string,
    id: number,
    isWanted: (ids: readonly number[]) => boolean,
  ): Promise<void> {
    const address = this.bootstrapServers.split(",")[id - 1] ?? "";
    const kafka = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    await eventually(what, readyWithinMs, async () => {
      const admin = kafka.admin();
      try {
        await admin.connect();
        const { brokers } = await admin.describeCluster();
        return isWanted(brokers.map(({ nodeId }) => nodeId)) ? true : undefined;
      } catch {
        return undefined;
      } finally {
        await admin.disconnect();
      }
    });
  }
}
