import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
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

/** What a device is told; whatever is left out has its default. */
export type DeviceSettings = Readonly<
  Partial<Record<Exclude<keyof DeviceEnvironment, "DEVICE_SENSORS">, string | number | boolean | undefined>>
> & { readonly DEVICE_SENSORS: readonly z.input<typeof SensorSettings>[] };

/** Devices that run as a process of this machine. */
export class DeviceProcess {
  /** All it has printed. */
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

  /** Ends it as Docker would, which it must do well. @returns what it has done. */
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

/** The report of devices that have ended: the last line of their output that is JSON. */
export function reportIn(output: string): DeviceReport {
  const line = output.split("\n").findLast((text) => text.startsWith("{"));
  if (line === undefined) throw new Error(`there is no report in:\n${output}`);
  return JSON.parse(line) as DeviceReport;
}
