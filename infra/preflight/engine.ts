import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { stackLabels } from "../plan/names";

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

/** What the engine says of itself. Fails if it does not answer within seconds. */
export async function engineMachine(): Promise<EngineMachine> {
  const format = "{{.ServerVersion}}\t{{.MemTotal}}\t{{.NCPU}}";
  const [version = "", memory, processors] = (await docker(["info", "--format", format])).trim().split("\t");
  return { version, memoryBytes: Number(memory), processors: Number(processors) };
}

/** Which of some images the engine does not have. */
export async function missingImages(references: readonly string[]): Promise<string[]> {
  const ask = (images: readonly string[]) =>
    docker(["image", "inspect", "--format", "{{.Id}}", ...images]).then(
      () => true,
      () => false,
    );
  // Nearly always all are there, and one question is enough.
  if (await ask(references)) return [];
  const answers = await Promise.all(references.map((reference) => ask([reference])));
  return references.filter((_, index) => answers[index] === false);
}

/** Asks an image's registry for it, without pulling it. Fails with the registry's reason. */
export async function askRegistry(reference: string): Promise<void> {
  await docker(["manifest", "inspect", reference], 20_000);
}

/** How a container does: `ailing` runs, and its healthcheck fails or has not said anything yet. */
export type ContainerCondition = "down" | "ailing" | "healthy";

/** A container of a stack. */
export interface ExistingContainer {
  readonly name: string;
  readonly condition: ContainerCondition;
  /** Ports of the host that it is published at, while it runs. */
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
      condition: state !== "running" ? "down" : status.endsWith("(healthy)") ? "healthy" : "ailing",
      ports: [...ports.matchAll(/:(\d+)->/g)].map(([, port]) => Number(port)),
    };
  });
}

/** The names of a stack's volumes; they outlive its containers. */
export async function existingVolumes(stack: string): Promise<string[]> {
  return linesOf(await docker(["volume", "ls", ...labelFilter(stack), "--format", "{{.Name}}"]));
}

/** The environment of a container that has ended well, as `NAME=value`; undefined if there is none. */
export async function environmentOfEnded(container: string): Promise<string[] | undefined> {
  const format = "{{json .State}}\n{{json .Config.Env}}";
  const output = await docker(["container", "inspect", "--format", format, container]).catch(() => undefined);
  if (output === undefined) return undefined;
  const [state = "{}", environment = "null"] = output.split("\n");
  const { Status, ExitCode } = JSON.parse(state) as { Status?: string; ExitCode?: number };
  if (Status !== "exited" || ExitCode !== 0) return undefined;
  return (JSON.parse(environment) as string[] | null) ?? [];
}

/** What a program in a running container prints; undefined if it fails or takes longer than it may. */
export async function outputOf(container: string, command: readonly string[], timeoutMs: number) {
  return docker(["exec", container, ...command], timeoutMs).catch(() => undefined);
}

/** Removes a container that has ended; one that is gone already is fine. */
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
