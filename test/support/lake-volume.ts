import { join } from "node:path";
import { imagesConfig } from "../../tools/setup/images.mjs";
import { versions } from "../../tools/setup/versions.mjs";
import { eventually, runCommand, tryCommand } from "./command";
import { docker } from "./docker";
import type { LakeSite } from "./lake-site";
import { failureOf } from "./lake-process";

const mountPath = "/lake";

/** A lake in a container that mounts the volume. */
export interface VolumeLake {
  /** The lake's program in one file. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The container's network; none by default. */
  readonly network?: string;
  readonly readOnly?: boolean;
}

/** A volume in memory with a limited size, a container that keeps it mounted, and lakes in other containers. */
export class LakeVolume {
  private containers = 0;

  private constructor(
    private readonly stack: string,
    private readonly name: string,
    private readonly image: string,
  ) {}

  /** @param stack whose label all of it has, so that it is removed with the stack's remains */
  static async create(stack: string, what: string, megabytes: number): Promise<LakeVolume> {
    const image = (await imagesConfig()).node ?? versions.images.official.node;
    const volume = new LakeVolume(stack, `kafka-iot-sim-${stack}-${what}`, image);
    const options = ["type=tmpfs", "device=tmpfs", `o=size=${megabytes}m`].flatMap((option) => [
      "--opt",
      option,
    ]);
    await docker("volume", "create", ...volume.labels, ...options, volume.name);
    const keeper = ["--detach", "--init", "--name", volume.keeper, ...volume.mount()];
    await docker("run", ...volume.labels, ...keeper, image, "sleep", "infinity");
    return volume;
  }

  /** Where the tables lie for a lake in a container. */
  static readonly environment = {
    LAKE_TABLE_PATH: `${mountPath}/bronze`,
    LAKE_DEAD_LETTERS_PATH: `${mountPath}/dead_letters`,
  };

  /** Fills megabytes of the volume. */
  async fill(megabytes: number): Promise<void> {
    await this.run(`head -c ${megabytes * 2 ** 20} /dev/zero > ${mountPath}/filler`);
  }

  /** Frees the filled space. */
  async makeRoom(): Promise<void> {
    await this.run(`rm ${mountPath}/filler`);
  }

  /** The contents of the volume: a hash of each file, and all names. */
  list(): Promise<string> {
    return this.run(`find ${mountPath} -type f -exec md5sum {} + ; find ${mountPath}`);
  }

  /** Makes a container with a lake, without starting it. @returns its name */
  async createLake({
    program,
    environment,
    network = "none",
    readOnly = false,
  }: VolumeLake): Promise<string> {
    const container = `${this.name}-lake-${++this.containers}`;
    const variables = Object.entries({ LOG_FORMAT: "pretty", ...environment, ...LakeVolume.environment });
    const flags = [
      ...["--name", container, "--network", network],
      ...this.labels,
      ...this.mount(readOnly),
      ...variables.flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ];
    await docker("create", ...flags, this.image, "node", "/lake.js");
    await docker("cp", program, `${container}:/lake.js`);
    return container;
  }

  /** Waits until a lake has failed by itself. @returns the errors that it has logged */
  async failure(container: string): Promise<string[]> {
    const exitCode = Number(await docker("wait", container));
    const { output } = await tryCommand("docker", ["logs", container]);
    return failureOf({ exitCode, signal: null }, output);
  }

  /** Copies the tables into a directory, and replaces the ones there. */
  async copyTo(directory: string): Promise<void> {
    const tables = ["bronze", "dead_letters"];
    await runCommand("rm", ["-rf", ...tables.map((table) => join(directory, table))]);
    for (const table of tables) await docker("cp", `${this.keeper}:${mountPath}/${table}`, directory);
  }

  /** Waits until the tables have every message of the topic. Replaces the site's tables by copies. */
  async caughtUp(site: LakeSite): Promise<void> {
    await eventually(`the tables on ${this.name} have all that the topic has`, 90_000, async () => {
      // Files may appear and disappear while they are copied.
      await this.copyTo(site.directory).catch(() => {});
      return (await site.isCaughtUp()) || undefined;
    });
  }

  private run(line: string): Promise<string> {
    return docker("exec", this.keeper, "sh", "-c", line);
  }

  private get keeper(): string {
    return `${this.name}-keeper`;
  }

  private get labels(): string[] {
    return ["--label", `kafka-iot-sim.stack=${this.stack}`];
  }

  private mount(readOnly = false): string[] {
    return ["--volume", `${this.name}:${mountPath}${readOnly ? ":ro" : ""}`];
  }
}
