import { spawn } from "node:child_process";
import { eventually, tryCommand } from "../../test/support/command";
import { docker } from "../../test/support/docker";
import { freePortRange } from "../../test/support/pulumi-stack";
import { versions } from "../../tools/setup/versions.mjs";
import { imagesConfig } from "../../tools/setup/images.mjs";
import { whenInterrupted } from "./interruption";

const removal = (container: string) => ["rm", "--force", "--volumes", container];

/** One broker without ZooKeeper, on the host's network: no proxy of Docker is between it and the peers. */
export class Broker {
  private readonly gone: () => void;

  private constructor(
    private readonly container: string,
    readonly bootstrapServers: string,
  ) {
    this.gone = whenInterrupted(() => {
      // A process of its own: this one may be killed before the seconds that the removal takes are over.
      spawn("docker", removal(container), { detached: true, stdio: "ignore" }).unref();
    });
  }

  static async start(): Promise<Broker> {
    const port = await freePortRange(2);
    const address = `127.0.0.1:${port}`;
    const controller = `127.0.0.1:${port + 1}`;
    const environment = {
      CLUSTER_ID: "MkU3OEVBNTcwNTJENDM2Qk",
      KAFKA_PROCESS_ROLES: "broker,controller",
      KAFKA_NODE_ID: "1",
      KAFKA_CONTROLLER_QUORUM_VOTERS: `1@${controller}`,
      KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
      KAFKA_LISTENERS: `PLAINTEXT://${address},CONTROLLER://${controller}`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${address}`,
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: "1",
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
      KAFKA_HEAP_OPTS: "-Xms256m -Xmx512m",
    };
    const flags = Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
    const image = (await imagesConfig()).kafka ?? versions.images.official.kafka;
    const container = `kafka-iot-sim-bench-${process.pid}-broker`;
    await docker("run", "--detach", "--rm", "--name", container, "--network", "host", ...flags, image);
    const broker = new Broker(container, address);
    try {
      await eventually("the broker answers", 60_000, () => broker.answers());
      return broker;
    } catch (error) {
      await broker.stop();
      throw error;
    }
  }

  /** Creates a topic. The broker keeps its messages for as long as it runs. */
  async createTopic(name: string, partitions: number): Promise<void> {
    const args = [
      "--create",
      "--topic",
      name,
      "--partitions",
      String(partitions),
      "--replication-factor",
      "1",
    ];
    await docker(
      "exec",
      this.container,
      "kafka-topics",
      "--bootstrap-server",
      this.bootstrapServers,
      ...args,
    );
  }

  async stop(): Promise<void> {
    await docker(...removal(this.container));
    this.gone();
  }

  private async answers(): Promise<true | undefined> {
    const args = [
      "exec",
      this.container,
      "kafka-topics",
      "--bootstrap-server",
      this.bootstrapServers,
      "--list",
    ];
    return (await tryCommand("docker", args)).exitCode === 0 ? true : undefined;
  }
}
