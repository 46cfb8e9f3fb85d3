import { setTimeout as sleep } from "node:timers/promises";
import { planDeviceMemory } from "../../infra/plan/devices";
import type { DeviceReport } from "../../apps/device/report/counts";
import { spawn } from "node:child_process";
import type { Broker } from "../support/broker";
import { memoryByContainer, peakResidentBytes, pidOf, usageOf } from "../support/usage";
import { markdownTable } from "../support/figures";
import { DeviceEnvironment } from "../../contract/environment/device";
import { type EnvironmentSettings, writeEnvironment } from "../../contract/environment/variables";
import { docker } from "../../test/support/docker";
import { imagesConfig } from "../../tools/setup/images.mjs";
import { versions } from "../../tools/setup/versions.mjs";
import { whenInterrupted } from "../support/interruption";

const sizes = [1, 10, 100, 1_000, 10_000];
const warmUpMs = 10_000;
const measuredMs = 60_000;
const bufferLimit = 100_000;
const partitions = 3;

/** What one container of devices used. */
interface FleetFigures {
  readonly devices: number;
  /** A share of one core. */
  readonly cpuShare: number;
  readonly containerMebibytes: number;
  readonly residentMebibytes: number;
  readonly report: DeviceReport;
}

/**
 * Measures containers of 1 to 10,000 devices with one observation a second each: processor, memory, and how late ticks are.
 * @param bundle path of the device's app, which is one file
 */
export async function measureFleets(broker: Broker, bundle: string): Promise<void> {
  const figures: FleetFigures[] = [];
  for (const devices of sizes) {
    console.log(`${devices.toLocaleString("en")} devices …`);
    figures.push(await measureFleet(broker, bundle, devices));
  }
  console.log(
    `\nOne observation a second of each device, after ${warmUpMs / 1_000} s, for ${measuredMs / 1_000} s:\n`,
  );
  console.log(tableOf(figures));
  console.log(
    "\nThe limit: a timer of Node's is 1 ms late on average, and ticks at the same time come one after the other.",
  );
}

async function measureFleet(broker: Broker, bundle: string, devices: number): Promise<FleetFigures> {
  const topic = `fleet-${devices}`;
  await broker.createTopic(topic, partitions);
  const memory = planDeviceMemory(devices, bufferLimit);
  const container = await DeviceContainer.start(
    bundle,
    {
      KAFKA_BOOTSTRAP_SERVERS: [broker.bootstrapServers],
      // The container is on the host's network, where its usual port may be taken.
      METRICS_PORT: 0,
      DEVICE_NAME: "meter",
      ...(devices > 1 && { DEVICE_COUNT: devices }),
      DEVICE_TOPIC: topic,
      DEVICE_SHARES_TOPIC: devices > 1,
      DEVICE_SENSORS: [
        {
          name: "power",
          interval: 1_000,
          jitter: 0,
          model: { type: "walk", mean: 500, deviation: 100, reversion: 600_000 },
          unit: "W",
          precision: 1,
          faults: [],
        },
      ],
    },
    {
      memoryMegabytes: memory.limitMegabytes,
      nodeEnvironment: Object.entries(memory.variables).map(([name, value]) => `${name}=${value}`),
    },
  );
  try {
    await sleep(warmUpMs);
    const before = container.cpuSeconds;
    await sleep(measuredMs);
    const cpuShare = (container.cpuSeconds - before) / (measuredMs / 1_000);
    const [containerMebibytes = Number.NaN] = (await memoryByContainer(container.name)).values();
    const residentMebibytes = container.peakResidentMebibytes;
    const report = JSON.parse(await container.end()) as DeviceReport;
    const { observed, acknowledged, dropped } = report;
    if (observed !== acknowledged || dropped > 0)
      throw new Error(`${observed} observed, ${acknowledged} acknowledged, ${dropped} dropped`);
    return { devices, cpuShare, containerMebibytes, residentMebibytes, report };
  } finally {
    await container.remove();
  }
}

function tableOf(figures: readonly FleetFigures[]): string {
  const [single] = figures;
  return markdownTable([
    [
      "devices",
      "CPU, of a core",
      "CPU of 1,000 observations",
      "container, MiB",
      "more a device, kB",
      "resident at most, MiB",
      "late p50, ms",
      "late p99, ms",
    ],
    ...figures.map(({ devices, cpuShare, containerMebibytes, residentMebibytes, report }) => {
      const more = ((containerMebibytes - (single?.containerMebibytes ?? 0)) * 1_024) / devices;
      return [
        devices.toLocaleString("en"),
        `${(cpuShare * 100).toFixed(1)} %`,
        `${((cpuShare * 1_000_000) / devices).toFixed(1)} ms`,
        containerMebibytes.toFixed(0),
        devices === 1 ? "" : more.toFixed(1),
        residentMebibytes.toFixed(0),
        String(report.tickLatenessMs.p50),
        String(report.tickLatenessMs.p99),
      ];
    }),
  ]);
}

/** A container of devices as a stack has it, but on the host's network. */
class DeviceContainer {
  private readonly gone: () => void;

  private constructor(
    readonly name: string,
    private readonly pid: number,
  ) {
    this.gone = whenInterrupted(() => {
      spawn("docker", ["rm", "--force", name], { detached: true, stdio: "ignore" }).unref();
    });
  }

  /** @param bundle path of the app, which is one file. @param nodeEnvironment variables for Node itself, as `NAME=value`. */
  static async start(
    bundle: string,
    settings: EnvironmentSettings<typeof DeviceEnvironment>,
    { memoryMegabytes, nodeEnvironment }: { memoryMegabytes: number; nodeEnvironment: readonly string[] },
  ): Promise<DeviceContainer> {
    const name = `kafka-iot-sim-bench-${process.pid}-device`;
    const environment = [...writeEnvironment(DeviceEnvironment, settings), ...nodeEnvironment];
    const image = (await imagesConfig()).node ?? versions.images.official.node;
    const limit = ["--memory", `${memoryMegabytes}m`, "--memory-swap", `${memoryMegabytes}m`];
    const flags = [...limit, ...environment.flatMap((variable) => ["--env", variable])];
    await docker("create", "--name", name, "--network", "host", ...flags, image, "node", "/device.js");
    await docker("cp", bundle, `${name}:/device.js`);
    await docker("start", name);
    return new DeviceContainer(name, await pidOf(name));
  }

  /** Processor time so far, in seconds. */
  get cpuSeconds(): number {
    return usageOf(this.pid)?.cpuSeconds ?? Number.NaN;
  }

  /** The most memory that was resident so far, with files that it shares with others, in MiB. */
  get peakResidentMebibytes(): number {
    return peakResidentBytes(this.pid) / 2 ** 20;
  }

  /** Stops it as a stack would. @returns the last line that it printed */
  async end(): Promise<string> {
    await docker("stop", "--time", "15", this.name);
    return (await docker("logs", "--tail", "1", this.name)).trim();
  }

  async remove(): Promise<void> {
    await docker("rm", "--force", this.name);
    this.gone();
  }
}
