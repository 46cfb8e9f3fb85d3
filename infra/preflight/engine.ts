import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Role, stackLabels } from "../plan/names";

const run = promisify(execFile);

/** Runs the Docker client, which finds the engine as the provider does (`DOCKER_HOST`, `DOCKER_CONTEXT`). */
async function docker(args: readonly string[], timeoutMs: number): Promise<string> {
  const { stdout } = await run("docker", [...args], { timeout: timeoutMs });
  return stdout;
}

/** Why the last call of the Docker client failed, in one line. */
export function engineReason(error: unknown): string {
  const { stderr, message, code } = error as { stderr?: string; message: string; code?: string | number };
  if (code === "ENOENT") return "there is no docker command on PATH";
  return (stderr?.trim() || message).split("\n").at(-1) ?? message;
}

/** The engine's version. Fails if it does not answer within seconds. */
export async function engineVersion(): Promise<string> {
  return (await docker(["version", "--format", "{{.Server.Version}}"], 10_000)).trim();
}

/** Whether the engine has an image. */
export async function hasImage(reference: string): Promise<boolean> {
  const ids = await docker(["image", "ls", "--quiet", "--no-trunc", reference], 10_000);
  return ids.trim() !== "";
}

/** Asks an image's registry for it, without pulling it. Fails with the registry's reason. */
export async function askRegistry(reference: string): Promise<void> {
  await docker(["manifest", "inspect", reference], 20_000);
}

/** The ports of the host that running containers of a stack are published at. */
export async function publishedPorts(stack: string): Promise<Set<number>> {
  const filter = `label=kafka-iot-sim.stack=${stack}`;
  const output = await docker(["ps", "--filter", filter, "--format", "{{.Ports}}"], 10_000);
  return new Set([...output.matchAll(/:(\d+)->/g)].map(([, port]) => Number(port)));
}

/** How many containers of a role a stack has, running or not. */
export async function countContainers(stack: string, role: Role): Promise<number> {
  const filters = Object.entries(stackLabels(stack, role)).flatMap(([label, value]) => [
    "--filter",
    `label=${label}=${value}`,
  ]);
  const ids = await docker(["ps", "--all", "--quiet", ...filters], 10_000);
  return ids.split("\n").filter((id) => id !== "").length;
}

/** The names of a stack's containers that run, healthy or not. */
export async function runningContainers(stack: string): Promise<ReadonlySet<string>> {
  const filter = `label=kafka-iot-sim.stack=${stack}`;
  const names = await docker(["ps", "--filter", filter, "--format", "{{.Names}}"], 10_000);
  return new Set(names.split("\n").filter((name) => name !== ""));
}

/** Removes a container that has ended; one that is gone already is fine. */
export async function removeContainer(container: string): Promise<void> {
  await docker(["rm", "--force", "--volumes", container], 30_000).catch(() => undefined);
}
