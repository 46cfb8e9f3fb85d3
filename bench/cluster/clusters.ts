import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../test/support/command";
import { freePortRange, PulumiStack } from "../../test/support/pulumi-stack";
import { imagesConfig } from "../../tools/setup/images.mjs";
import { versions } from "../../tools/setup/versions.mjs";
import { whenInterrupted } from "../support/interruption";
import type { ClusterShape, MeasuredCluster } from "./cluster";
import { composeFile } from "./compose-file";

const project = `kafka-iot-sim-bench-${process.pid}`;

/** The same cluster by a plain compose file. */
export class ComposeCluster implements MeasuredCluster {
  readonly prefix = `${project}-`;
  private readonly gone: () => void;

  private constructor(
    private readonly directory: string,
    readonly bootstrapServers: readonly string[],
  ) {
    this.gone = whenInterrupted(() => {
      spawn("docker-compose", [...this.options, ...removal], { detached: true, stdio: "ignore" }).unref();
    });
  }

  static async create(shape: ClusterShape): Promise<ComposeCluster> {
    const hostPort = await freePortRange(shape.brokers);
    const directory = await mkdtemp(join(tmpdir(), "kafka-iot-sim-bench-"));
    const images = { ...versions.images.official, ...(await imagesConfig()) };
    const file = composeFile({ ...shape, prefix: `${project}-`, images, hostPort });
    await writeFile(join(directory, "docker-compose.json"), JSON.stringify(file));
    return new ComposeCluster(
      directory,
      Array.from({ length: shape.brokers }, (_, index) => `127.0.0.1:${hostPort + index}`),
    );
  }

  async up(): Promise<void> {
    await runCommand("docker-compose", [...this.options, "up", "--detach"]);
  }

  async down(): Promise<void> {
    await runCommand("docker-compose", [...this.options, ...removal]);
  }

  async dispose(): Promise<void> {
    await this.down();
    await rm(this.directory, { recursive: true, force: true });
    this.gone();
  }

  private get options(): string[] {
    return ["--project-name", project, "--file", join(this.directory, "docker-compose.json")];
  }
}

const removal = ["down", "--volumes"];

/** A cluster of this project without devices and consumers. */
export class PulumiCluster implements MeasuredCluster {
  private constructor(
    private readonly stack: PulumiStack,
    readonly bootstrapServers: readonly string[],
  ) {}

  static async create({ coordination, brokers }: ClusterShape): Promise<PulumiCluster> {
    const stack = await PulumiStack.create(`bench-${coordination}-${brokers}`, brokers);
    const hostPort = await freePortRange(brokers);
    await stack.configure({ coordination, brokers, hostPort, devices: 0, consumers: [] });
    return new PulumiCluster(
      stack,
      Array.from({ length: brokers }, (_, index) => `127.0.0.1:${hostPort + index}`),
    );
  }

  get prefix(): string {
    return `kafka-iot-sim-${this.stack.name}-`;
  }

  async up(): Promise<void> {
    await this.stack.up();
  }

  down(): Promise<void> {
    return this.stack.destroy();
  }

  dispose(): Promise<void> {
    return this.stack.dispose();
  }
}
