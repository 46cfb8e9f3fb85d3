import { freePortRange, PulumiStack } from "../../test/support/pulumi-stack";
import type { ClusterShape, MeasuredCluster } from "./cluster";

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
