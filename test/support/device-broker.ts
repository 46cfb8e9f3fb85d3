import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PulumiStack } from "./pulumi-stack";
import { Topic } from "./topic";
import { type ChildProcess, spawn } from "node:child_process";
import { expect } from "vitest";
import type { DeviceReport } from "../../apps/device/report/counts";
import type { z } from "zod";
import type { DeviceEnvironment } from "../../contract/environment/device";
import type { SensorSettings } from "../../contract/models/sensor";
import { root } from "../../tools/setup/environment.mjs";
import { bundleProgram } from "./bundle";

/** Bundles the device into one file. @returns its path. */
export function bundleDevice(directory: string): string {
  return bundleProgram(join(root, "apps", "device", "main.ts"), join(directory, "device.js"));
}

/** A device's settings; missing ones have their defaults. */
export type DeviceSettings = Readonly<
  Partial<Record<Exclude<keyof DeviceEnvironment, "DEVICE_SENSORS">, string | number | boolean | undefined>>
> & { readonly DEVICE_SENSORS: readonly z.input<typeof SensorSettings>[] };

/** Devices that run as a process of this machine. */
export class DeviceProcess {
  /** Everything that it has printed. */
  output = "";
  private readonly ended: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>;

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    this.ended = new Promise((resolve) =>
      child.once("close", (exitCode, signal) => resolve({ exitCode, signal })),
    );
  }

  static start(program: string, { DEVICE_SENSORS, ...others }: DeviceSettings): DeviceProcess {
    const settings = { LOG_FORMAT: "pretty", ...others, DEVICE_SENSORS: JSON.stringify(DEVICE_SENSORS) };
    const given = Object.entries(settings).filter(([, value]) => value !== undefined);
    const env = {
      PATH: process.env["PATH"],
      ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
    };
    return new DeviceProcess(spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "pipe"] }));
  }

  /** Stops it as Docker does; it must end successfully. @returns its report */
  async stop(): Promise<DeviceReport> {
    this.child.kill("SIGTERM");
    expect({ ...(await this.ended), output: this.output }).toMatchObject({ exitCode: 0, signal: null });
    return reportIn(this.output);
  }

  /** Ends it as a failure of the machine would. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }
}

/** The report of devices that have ended: the last JSON line of their output. */
export function reportIn(output: string): DeviceReport {
  const line = output.split("\n").findLast((text) => text.startsWith("{"));
  if (line === undefined) throw new Error(`there is no report in:\n${output}`);
  return JSON.parse(line) as DeviceReport;
}

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
