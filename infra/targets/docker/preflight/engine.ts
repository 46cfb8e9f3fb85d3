import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Condition } from "../../../preflight/existing-stack";
import { labelOfStack, labelOfState, stackLabels } from "../names";

const run = promisify(execFile);
const answerTimeoutMs = 10_000;

/** Runs the Docker client, which finds the engine as the provider does (`DOCKER_HOST`, `DOCKER_CONTEXT`). */
async function docker(args: readonly string[], timeoutMs = answerTimeoutMs): Promise<string> {
  const { stdout } = await run("docker", [...args], { timeout: timeoutMs, maxBuffer: 64 * 2 ** 20 });
  return stdout;
}

/** Why the last call of the Docker client failed, in one line. */
export function engineReason(error: unknown): string {
  const { stderr, message, code } = error as { stderr?: string; message: string; code?: string | number };
  if (code === "ENOENT") return "there is no docker command on PATH";
  return (stderr?.trim() || message).split("\n").at(-1) ?? message;
}

/** The machine that the engine runs on. */
export interface EngineMachine {
  readonly version: string;
  readonly memoryBytes: number;
  readonly processors: number;
}

/** Asks the engine about its machine. Fails if it does not answer within seconds. */
export async function engineMachine(): Promise<EngineMachine> {
  const format = "{{.ServerVersion}}\t{{.MemTotal}}\t{{.NCPU}}";
  const [version = "", memory, processors] = (await docker(["info", "--format", format])).trim().split("\t");
  return { version, memoryBytes: Number(memory), processors: Number(processors) };
}

/** The images, of those given, that the engine does not have. */
export async function missingImages(references: readonly string[]): Promise<string[]> {
  const ask = (images: readonly string[]) =>
    docker(["image", "inspect", "--format", "{{.Id}}", ...images]).then(
      () => true,
      () => false,
    );
  // Nearly always the engine has all of them, and one question is enough.
  if (await ask(references)) return [];
  const answers = await Promise.all(references.map((reference) => ask([reference])));
  return references.filter((_, index) => answers[index] === false);
}

/** Asks an image's registry for the image, without pulling it. Fails with the registry's reason. */
export async function askRegistry(reference: string): Promise<void> {
  await docker(["manifest", "inspect", reference], 20_000);
}

/** A container of a stack. */
export interface ExistingContainer {
  readonly name: string;
  readonly condition: Condition;
  /** Ports of the host at which it is published while it runs. */
  readonly ports: readonly number[];
}

/** A stack's containers, running or not. */
export async function existingContainers(stack: string): Promise<ExistingContainer[]> {
  const format = "{{.Names}}\t{{.State}}\t{{.Status}}\t{{.Ports}}";
  const output = await docker(["ps", "--all", ...labelFilter(stack), "--format", format]);
  return linesOf(output).map((line) => {
    const [name = "", state, status = "", ports = ""] = line.split("\t");
    return {
      name,
      condition: state !== "running" ? "down" : status.endsWith("(healthy)") ? "healthy" : "unhealthy",
      ports: [...ports.matchAll(/:(\d+)->/g)].map(([, port]) => Number(port)),
    };
  });
}

/** A thing on the engine under a stack's names. */
export interface EngineObject {
  readonly kind: "container" | "network" | "volume" | "image";
  /** The engine's id; for a volume or an image its name. */
  readonly id: string;
  readonly name: string;
  /** The stack that it was made for; undefined if it was not made by this program. */
  readonly stack: string | undefined;
  /** The id of the Pulumi state that made it; undefined for things of earlier versions, and for images. */
  readonly mark: string | undefined;
}

/**
 * Everything on the engine that was made for a stack of this name, and everything that has a name which the stack wants.
 * @param wanted names of containers, networks and volumes.
 */
export async function existingObjects(stack: string, wanted: ReadonlySet<string>): Promise<EngineObject[]> {
  const list = async (
    kind: EngineObject["kind"],
    id: string,
    name: string,
    ...command: readonly string[]
  ) => {
    const format = [id, name, `{{.Label "${labelOfStack}"}}`, `{{.Label "${labelOfState}"}}`].join("\t");
    return linesOf(await docker([...command, "--format", format])).map((line): EngineObject => {
      const [foundId = "", foundName = "", madeFor = "", mark = ""] = line.split("\t");
      return { kind, id: foundId, name: foundName, stack: madeFor || undefined, mark: mark || undefined };
    });
  };
  const [containers, networks, volumes, images] = await Promise.all([
    list("container", "{{.ID}}", "{{.Names}}", "ps", "--all", "--no-trunc"),
    list("network", "{{.ID}}", "{{.Name}}", "network", "ls", "--no-trunc"),
    list("volume", "{{.Name}}", "{{.Name}}", "volume", "ls"),
    stackImages(stack),
  ]);
  const objects = [...containers, ...networks, ...volumes];
  return [...objects.filter((each) => each.stack === stack || wanted.has(each.name)), ...images];
}

/** The images that were built for a stack. Images have no labels here: their names show it. */
async function stackImages(stack: string): Promise<EngineObject[]> {
  const filter = ["--filter", `reference=kafka-iot-sim/*:${stack}-*`];
  const names = linesOf(await docker(["image", "ls", ...filter, "--format", "{{.Repository}}:{{.Tag}}"]));
  return names
    .filter((name) => /^(-[0-9a-f]{12}){1,2}$/.test(name.slice(name.indexOf(":") + 1 + stack.length)))
    .map((name) => ({ kind: "image", id: name, name, stack, mark: undefined }));
}

/** The environment of a container that has ended well, as `NAME=value` lines; undefined if there is no such container. */
export async function environmentOfEnded(container: string): Promise<string[] | undefined> {
  const format = "{{json .State}}\n{{json .Config.Env}}";
  const output = await docker(["container", "inspect", "--format", format, container]).catch(() => undefined);
  if (output === undefined) return undefined;
  const [state = "{}", environment = "null"] = output.split("\n");
  const { Status, ExitCode } = JSON.parse(state) as { Status?: string; ExitCode?: number };
  if (Status !== "exited" || ExitCode !== 0) return undefined;
  return (JSON.parse(environment) as string[] | null) ?? [];
}

/** The output of a program in a running container; undefined if it fails or takes longer than `timeoutMs`. */
export async function outputOf(container: string, command: readonly string[], timeoutMs: number) {
  return docker(["exec", container, ...command], timeoutMs).catch(() => undefined);
}

/** Gives containers time to end, and removes them. Containers that are gone already are no failure. */
export async function stopAndRemove(containers: readonly string[], graceSeconds: number): Promise<void> {
  if (containers.length === 0) return;
  const timeoutMs = (graceSeconds + 30) * 1_000;
  await docker(["stop", "--time", String(graceSeconds), ...containers], timeoutMs).catch(() => undefined);
  await docker(["rm", "--force", "--volumes", ...containers], timeoutMs);
}

/** Removes networks. Fails if something is connected to one. */
export async function removeNetworks(networks: readonly string[]): Promise<void> {
  if (networks.length > 0) await docker(["network", "rm", ...networks], 30_000);
}

/** Removes volumes, with the data in them. */
export async function removeVolumes(volumes: readonly string[]): Promise<void> {
  if (volumes.length > 0) await docker(["volume", "rm", ...volumes], 60_000);
}

/** Removes the names of images, and the images if they have no other. */
export async function removeImages(images: readonly string[]): Promise<void> {
  if (images.length > 0) await docker(["image", "rm", ...images], 60_000);
}

/** The value of a variable of a container; undefined if it has no such variable, or there is no such container. */
export async function variableOf(container: string, name: string): Promise<string | undefined> {
  const output = await docker(["container", "inspect", "--format", "{{json .Config.Env}}", container]).catch(
    () => "null",
  );
  const environment = (JSON.parse(output) as string[] | null) ?? [];
  return environment.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
}

export async function createVolume(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
  const options = Object.entries(labels).flatMap(([label, value]) => ["--label", `${label}=${value}`]);
  await docker(["volume", "create", ...options, name]);
}

/** Runs a program of an image to its end, with a volume that it may write to. */
export async function runOn(
  volume: string,
  path: string,
  image: string,
  environment: readonly string[],
  [program = "", ...parameters]: readonly string[],
): Promise<void> {
  const variables = environment.flatMap((line) => ["--env", line]);
  const options = ["--rm", "--network", "none", "--volume", `${volume}:${path}`, "--entrypoint", program];
  await docker(["run", ...options, ...variables, image, ...parameters], 120_000);
}

/** Reads a file of a volume, which no container needs to have mounted, with a program of an image that is there. */
export async function fileOfVolume(volume: string, path: string, image: string): Promise<string> {
  const mount = `${volume}:/volume:ro`;
  return docker(
    ["run", "--rm", "--network", "none", "--volume", mount, "--entrypoint", "cat", image, `/volume/${path}`],
    60_000,
  );
}

/** Removes a container that has ended. A container that is gone already is no failure. */
export async function removeContainer(container: string): Promise<void> {
  await docker(["rm", "--force", "--volumes", container], 30_000).catch(() => undefined);
}

function labelFilter(stack: string): string[] {
  return Object.entries(stackLabels(stack)).flatMap(([label, value]) => [
    "--filter",
    `label=${label}=${value}`,
  ]);
}

function linesOf(output: string): string[] {
  return output.split("\n").filter((line) => line !== "");
}
