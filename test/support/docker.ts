import { runCommand } from "./command";

/** The state of a container. */
export interface ContainerState {
  readonly name: string;
  readonly role: string;
  /** `running`, `exited`, … */
  readonly status: string;
  /** `healthy`, `unhealthy`, `starting`, or undefined without a healthcheck. */
  readonly health: string | undefined;
  readonly exitCode: number;
}

interface Inspected {
  readonly Name: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly Health?: { readonly Status: string };
  };
}

/** Runs the Docker client. @returns its standard output. */
export const docker = (...args: readonly string[]) => runCommand("docker", args);

const stackFilter = (stack: string) => `label=kafka-iot-sim.stack=${stack}`;
const lines = (output: string) => output.split("\n").filter((line) => line !== "");

/** All containers of a stack, sorted by name, including those that have ended. */
export async function containersOf(stack: string): Promise<ContainerState[]> {
  const ids = lines(await docker("ps", "--all", "--quiet", "--filter", stackFilter(stack)));
  if (ids.length === 0) return [];
  const inspected = JSON.parse(await docker("inspect", ...ids)) as Inspected[];
  return inspected
    .map(({ Name, Config, State }) => ({
      name: Name.slice(1),
      role: Config.Labels["kafka-iot-sim.role"] ?? "",
      status: State.Status,
      health: State.Health?.Status,
      exitCode: State.ExitCode,
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The names of all resources of a stack on the engine: containers, networks, volumes, images. */
export async function tracesOf(stack: string): Promise<string[]> {
  const list = async (...args: readonly string[]) => lines(await docker(...args));
  const filter = ["--filter", stackFilter(stack)];
  const found = await Promise.all([
    list("ps", "--all", "--format", "container {{.Names}}", ...filter),
    list("network", "ls", "--format", "network {{.Name}}", ...filter),
    list("volume", "ls", "--format", "volume {{.Name}}", ...filter),
    imagesOf(stack).then((images) => images.map((image) => `image ${image}`)),
  ]);
  return found.flat();
}

/** The names of the volumes that a stack's containers mount, each once. An anonymous volume would outlive its container. */
export async function mountedVolumes(stack: string): Promise<string[]> {
  const ids = lines(await docker("ps", "--all", "--quiet", "--filter", stackFilter(stack)));
  const inspected = JSON.parse(await docker("inspect", ...ids)) as {
    Mounts: { Type: string; Name?: string; Source: string }[];
  }[];
  const names = inspected.flatMap(({ Mounts }) =>
    Mounts.map((mount) => mount.Name ?? `${mount.Type} ${mount.Source}`),
  );
  return [...new Set(names)].sort();
}

/** Removes by force all resources of a stack that a failed test has left. */
export async function removeStack(stack: string): Promise<void> {
  const remove = async (found: readonly string[], ...command: readonly string[]) =>
    found.length === 0 ? undefined : docker(...command, ...found);
  const filter = ["--quiet", "--filter", stackFilter(stack)];
  await remove(lines(await docker("ps", "--all", ...filter)), "rm", "--force", "--volumes");
  await remove(lines(await docker("network", "ls", ...filter)), "network", "rm");
  await remove(lines(await docker("volume", "ls", ...filter)), "volume", "rm");
  // By name: stacks of one version share an image, and removing its id would affect a running stack.
  await remove(await imagesOf(stack), "image", "rm");
}

/** Removes by force all resources of stacks whose names begin with a prefix. */
export async function removeStacks(prefix: string): Promise<void> {
  const stacks = (await stacksOnEngine()).filter((stack) => stack.startsWith(prefix));
  for (const stack of stacks) await removeStack(stack);
}

/** The names of all stacks with a container, a network, a volume or an app image on the engine. */
async function stacksOnEngine(): Promise<string[]> {
  const list = async (...command: readonly string[]) =>
    lines(await docker(...command, "--format", '{{.Label "kafka-iot-sim.stack"}}'));
  const labels = await Promise.all([list("ps", "--all"), list("network", "ls"), list("volume", "ls")]);
  const images = (await imagesOf("*")).flatMap(
    (image) => /^kafka-iot-sim\/apps:(.+)-\w+$/.exec(image)?.[1] ?? [],
  );
  return [...new Set([...labels.flat(), ...images])].sort();
}

async function imagesOf(stack: string): Promise<string[]> {
  const filter = ["--filter", `reference=kafka-iot-sim/*:${stack}-*`];
  return lines(await docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", ...filter));
}

/**
 * Changes a byte of a batch in a broker's file, as a failing disk does.
 *
 * @param partition as the broker's folders are named: `topic-0`
 * @param mark text of the batch that no earlier batch of the partition has
 */
export async function corruptBatch(container: string, partition: string, mark: string): Promise<void> {
  const script = [
    `log=/var/lib/kafka/data/${partition}/00000000000000000000.log`,
    `at=$(grep -abo -m 1 '${mark}' $log | head -n 1 | cut -d : -f 1)`,
    `test -n "$at"`,
    `printf '\\377' | dd of=$log bs=1 seek=$at conv=notrunc status=none`,
  ];
  await docker("exec", container, "bash", "-ec", script.join("\n"));
}
