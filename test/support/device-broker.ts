import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleDevice, DeviceProcess, type DeviceSettings } from "./device-process";
import { PulumiStack } from "./pulumi-stack";
import { Topic } from "./topic";

/** A stack, and devices that run beside it as processes of this machine. Each test has its own topic. */
export class DeviceBroker {
  private readonly processes: DeviceProcess[] = [];
  bootstrapServers = "";

  private constructor(
    readonly stack: PulumiStack,
    private readonly directory: string,
    private readonly program: string,
  ) {}

  static async start(purpose: string, config: Readonly<Record<string, unknown>>): Promise<DeviceBroker> {
    const directory = await mkdtemp(join(tmpdir(), "kafka-iot-sim-bundle-"));
    const broker = new DeviceBroker(await PulumiStack.create(purpose), directory, bundleDevice(directory));
    try {
      await broker.stack.configure(config);
      await broker.stack.up();
      ({ bootstrapServers: broker.bootstrapServers } = await broker.stack.outputs());
      return broker;
    } catch (error) {
      await broker.dispose();
      throw error;
    }
  }

  /** The name of one of the stack's containers. */
  container(what: string): string {
    return `kafka-iot-sim-${this.stack.name}-${what}`;
  }

  async topic(name: string): Promise<Topic> {
    const topic = new Topic(this.bootstrapServers, name);
    await topic.make();
    return topic;
  }

  /** Starts devices that publish to a topic. */
  device(topic: Topic, settings: DeviceSettings): DeviceProcess {
    const where = { KAFKA_BOOTSTRAP_SERVERS: this.bootstrapServers, DEVICE_TOPIC: topic.name };
    const device = DeviceProcess.start(this.program, { ...where, ...settings });
    this.processes.push(device);
    return device;
  }

  /** Ends the devices that tests have left running. */
  async clear(): Promise<void> {
    await Promise.all(this.processes.splice(0).map((device) => device.kill()));
  }

  async dispose(): Promise<void> {
    await this.clear();
    await this.stack.dispose();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** The number of messages that were sent to a topic. */
export async function messageCount(topic: Topic): Promise<number> {
  return [...(await topic.ends()).values()].reduce((sum, { high }) => sum + high, 0);
}
