import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brokerPort } from "../../contract/ports";
import { bundleLake } from "./lake-process";
import { LakeSite } from "./lake-site";
import { PulumiStack } from "./pulumi-stack";

/** A broker without devices and consumers, and the sites that tests put before it. */
export class LakeBroker {
  private readonly sites: LakeSite[] = [];

  private constructor(
    readonly stack: PulumiStack,
    private readonly directory: string,
    /** The lake's program in one file. */
    readonly program: string,
  ) {}

  bootstrapServers = "";

  static async start(purpose: string): Promise<LakeBroker> {
    const directory = await mkdtemp(join(tmpdir(), "kafka-iot-sim-bundle-"));
    const broker = new LakeBroker(await PulumiStack.create(purpose), directory, bundleLake(directory));
    try {
      await broker.stack.configure({ devices: 0, consumers: [] });
      await broker.stack.up();
      ({ bootstrapServers: broker.bootstrapServers } = await broker.stack.outputs());
      return broker;
    } catch (error) {
      await broker.dispose();
      throw error;
    }
  }

  get container(): string {
    return `kafka-iot-sim-${this.stack.name}-broker-1`;
  }

  /** The network that the broker is in, and its address there. */
  get network(): string {
    return `kafka-iot-sim-${this.stack.name}-network`;
  }

  get addressInNetwork(): string {
    return `${this.container}:${brokerPort}`;
  }

  async site(name: string, config?: Readonly<Record<string, string>>): Promise<LakeSite> {
    const site = await LakeSite.create(this.program, this.bootstrapServers, name, config);
    this.sites.push(site);
    return site;
  }

  /** Ends what tests have left running, and removes what they wrote. */
  async clear(): Promise<void> {
    await Promise.all(this.sites.splice(0).map((site) => site.remove()));
  }

  async dispose(): Promise<void> {
    await this.clear();
    await this.stack.dispose();
    await rm(this.directory, { recursive: true, force: true });
  }
}
