import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { DeviceEnvironment } from "../../contract/environment/device";
import { type EnvironmentSettings, writeEnvironment } from "../../contract/environment/variables";
import { docker } from "../../test/support/docker";
import { imagesConfig } from "../../tools/setup/images.mjs";
import { versions } from "../../tools/setup/versions.mjs";
import { whenInterrupted } from "../support/interruption";

const ticksPerSecond = 100;

/** A container of devices as stacks have them, on the host's own network. */
export class DeviceContainer {
  private readonly gone: () => void;

  private constructor(
    readonly name: string,
    private readonly pid: number,
  ) {
    this.gone = whenInterrupted(() => {
      spawn("docker", ["rm", "--force", name], { detached: true, stdio: "ignore" }).unref();
    });
  }

  /** @param bundle path of the app, one file. @param nodeEnvironment variables that are Node's own, as `NAME=value`. */
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
    const pid = Number(await docker("inspect", "--format", "{{.State.Pid}}", name));
    return new DeviceContainer(name, pid);
  }

  /** Processor time so far, in seconds. */
  get cpuSeconds(): number {
    // proc_pid_stat(5): utime and stime are the 14th and 15th field; the name before them may hold spaces.
    const fields = readFileSync(`/proc/${this.pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  /** Most memory that was resident so far, files that it shares with others included, in MiB. */
  get peakResidentMebibytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  }

  /** Ends it as a stack would; the last line that it printed. */
  async end(): Promise<string> {
    await docker("stop", "--time", "15", this.name);
    return (await docker("logs", "--tail", "1", this.name)).trim();
  }

  async remove(): Promise<void> {
    await docker("rm", "--force", this.name);
    this.gone();
  }
}
