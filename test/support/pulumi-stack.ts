import { spawn } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, toolEnvironment } from "../../tools/setup/environment.mjs";
import { type CommandResult, tryCommand } from "./command";
import { removeStack } from "./docker";
import { testImages } from "./quick-images";
import { runPrefix } from "./sweep";
import type { StackOutputs } from "../../infra/targets/target";

/** A resource of a stack's state. */
interface StateResource {
  readonly urn: string;
  readonly type: string;
}

interface StackState {
  readonly deployment: { readonly resources?: readonly StateResource[] };
}

/** A stack of this project that a test drives with the real Pulumi CLI, with a state and configuration of its own. */
export class PulumiStack {
  private constructor(
    readonly name: string,
    private readonly directory: string,
  ) {}

  /** Makes a stack with free ports of the host and the images of this machine; everything else has its default. */
  static async create(purpose: string, brokers = 1): Promise<PulumiStack> {
    const directory = await mkdtemp(join(tmpdir(), "kafka-iot-sim-test-"));
    const stack = new PulumiStack(`${runPrefix()}${purpose}`, directory);
    mustSucceed(await stack.run("stack", "init", stack.name, "--non-interactive", "--no-select"));
    // The CLI makes a configuration file in the working copy; this stack's is elsewhere.
    await rm(join(root, `Pulumi.${stack.name}.yaml`), { force: true });
    const hostPort = await freePortRange(brokers + 2);
    await stack.configure({
      hostPort,
      dashboardPort: hostPort + brokers,
      prometheusPort: hostPort + brokers + 1,
      images: await testImages(),
    });
    return stack;
  }

  /** Merges values into the stack's configuration file, as a user with an editor would. Undefined removes a key. */
  async configure(values: Readonly<Record<string, unknown>>): Promise<void> {
    const current = JSON.parse(await readFile(this.configFile, "utf8").catch(() => "{}")) as {
      config?: Record<string, unknown>;
    };
    const changes = Object.entries(values).map(([key, value]) => [`kafka-iot-sim:${key}`, value] as const);
    // As JSON, which is YAML too; it leaves out what is undefined.
    const config = { ...current.config, ...Object.fromEntries(changes) };
    await writeFile(this.configFile, JSON.stringify({ ...current, config }, undefined, 2));
  }

  /** Brings the stack up, which must succeed. */
  async up(...options: readonly string[]): Promise<string> {
    return mustSucceed(await this.tryUp(...options));
  }

  /** Brings the stack up. Never fails: the result has the exit code. */
  tryUp(...options: readonly string[]): Promise<CommandResult> {
    return this.run("up", "--yes", "--skip-preview", "--non-interactive", ...this.options, ...options);
  }

  /** Brings the stack up, and kills Pulumi with `kill -9` as soon as a condition holds. Its last requests may still be carried out. */
  async killUp(isTime: () => Promise<boolean>): Promise<void> {
    const args = ["up", "--yes", "--skip-preview", "--non-interactive", ...this.options];
    // A process group of its own, so that plugins that outlive Pulumi can be ended, too.
    const child = spawn("pulumi", args, { cwd: root, env: this.env(), detached: true, stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("close", resolve));
    try {
      while (child.exitCode === null && !(await isTime()));
      if (!child.kill("SIGKILL")) throw new Error("the update had ended before it could be killed");
      await ended;
    } finally {
      killGroup(child.pid);
    }
    mustSucceed(await this.run("cancel", "--yes", "--stack", this.name));
  }

  /** A stack of the same name and configuration in another checkout, with its own state. */
  async elsewhere(): Promise<PulumiStack> {
    const directory = await mkdtemp(join(tmpdir(), "kafka-iot-sim-test-"));
    const other = new PulumiStack(this.name, directory);
    mustSucceed(await other.run("stack", "init", this.name, "--non-interactive", "--no-select"));
    await rm(join(root, `Pulumi.${this.name}.yaml`), { force: true });
    await copyFile(this.configFile, other.configFile);
    return other;
  }

  /** Renames the stack with `pulumi stack rename`. */
  async rename(name: string): Promise<PulumiStack> {
    mustSucceed(await this.run("stack", "rename", name, "--stack", this.name, "--non-interactive"));
    await rm(join(root, `Pulumi.${name}.yaml`), { force: true });
    return new PulumiStack(name, this.directory);
  }

  /** Makes this state list another's volumes, as earlier versions did, which adopted volumes with the right name. */
  async claimVolumesOf(other: PulumiStack): Promise<void> {
    const state = await other.export();
    const resources = (state.deployment.resources ?? [])
      .filter(({ type }) =>
        /^(pulumi:pulumi:Stack|pulumi:providers:.*|kafka-iot-sim:.*|docker:index\/volume:Volume)$/.test(type),
      )
      // The resources on which the volumes depended are not among them.
      .map((resource) => ({ ...resource, dependencies: [], propertyDependencies: {} }));
    const file = join(this.directory, "import.json");
    await writeFile(file, JSON.stringify({ ...state, deployment: { ...state.deployment, resources } }));
    mustSucceed(await this.run("stack", "import", "--stack", this.name, "--file", file));
  }

  /** Runs `npm run down`. */
  down(): Promise<CommandResult> {
    return tryCommand("npm", ["run", "--silent", "down", "--", "--stack", this.name], { env: this.env() });
  }

  /** Deletes the stack's state, and leaves its resources on the engine. */
  async forget(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  preview(...options: readonly string[]): Promise<CommandResult> {
    return this.run("preview", "--non-interactive", ...this.options, ...options);
  }

  async refresh(): Promise<void> {
    mustSucceed(await this.run("refresh", "--yes", "--skip-preview", "--non-interactive", ...this.options));
  }

  async destroy(): Promise<void> {
    mustSucceed(await this.run("destroy", "--yes", "--skip-preview", "--non-interactive", ...this.options));
  }

  async outputs(): Promise<StackOutputs> {
    return JSON.parse(
      mustSucceed(await this.run("stack", "output", "--json", "--stack", this.name)),
    ) as StackOutputs;
  }

  /** The names of all resources in the stack's state, except the stack and Pulumi's own provider. */
  async resources(): Promise<string[]> {
    return ((await this.export()).deployment.resources ?? [])
      .filter(({ type }) => !["pulumi:pulumi:Stack", "pulumi:providers:pulumi"].includes(type))
      .map(({ urn }) => urn);
  }

  /** Runs a script of this project that reads the stack's configuration, which lies in the working copy meanwhile. */
  async script(name: string, ...args: readonly string[]): Promise<CommandResult> {
    const inProject = join(root, `Pulumi.${this.name}.yaml`);
    await copyFile(this.configFile, inProject);
    try {
      return await tryCommand("npm", ["run", "--silent", name, "--", "--stack", this.name, ...args]);
    } finally {
      await rm(inProject);
    }
  }

  /** Removes everything of the stack by force, and its state. */
  async dispose(): Promise<void> {
    await removeStack(this.name);
    await rm(this.directory, { recursive: true, force: true });
  }

  private get configFile(): string {
    return join(this.directory, "Pulumi.json");
  }

  private get options(): string[] {
    return ["--stack", this.name, "--config-file", this.configFile];
  }

  private async export(): Promise<StackState> {
    return JSON.parse(mustSucceed(await this.run("stack", "export", "--stack", this.name))) as StackState;
  }

  private run(...args: readonly string[]): Promise<CommandResult> {
    return tryCommand("pulumi", args, { env: this.env() });
  }

  private env(): NodeJS.ProcessEnv {
    return { ...toolEnvironment(), FORCE_COLOR: undefined, PULUMI_BACKEND_URL: `file://${this.directory}` };
  }
}

/** Ends the remaining processes of a group. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function mustSucceed({ exitCode, stdout, output }: CommandResult): string {
  if (exitCode !== 0) throw new Error(`pulumi ended with ${exitCode}:\n${output}`);
  return stdout;
}

/** Ports of each process that runs test files, from 20,000 on: two must not be given the same before either listens there. */
const portsPerWorker = 3_000;
const firstPort = 20_000 + ((Number(process.env["VITEST_POOL_ID"] ?? 0) || 0) % 4) * portsPerWorker;

/** The first of `count` ports in a row that are free on 127.0.0.1. */
export async function freePortRange(count: number): Promise<number> {
  for (let first = firstPort + Math.floor(Math.random() * (portsPerWorker - 500)); ; first += count) {
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
