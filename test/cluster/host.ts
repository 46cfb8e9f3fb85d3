import { setTimeout as sleep } from "node:timers/promises";
import { Machine } from "../../tools/setup/machine.mjs";
import { runCommand, tryCommand } from "../support/command";
import { docker } from "../support/docker";

/**
 * Faults of containers that the engine does not know of, such as a crash, a stalled host or a cut cable. (The engine takes
 * `docker kill` for a wish to stop the container, and does not start it again.) They need root, and an engine on the same
 * machine.
 */

const machine = new Machine();

/** Why this machine does not allow such faults, or undefined. @param container a running container */
export async function obstacleToHostFaults(container: string): Promise<string | undefined> {
  if (machine.platform !== "linux") return "containers can be killed from outside on Linux only";
  if ((await machine.rootPrefix()) === undefined) return "killing a container from outside needs root";
  for (const command of ["nsenter", "iptables"]) {
    if (machine.command(command) === undefined)
      return `cutting a container from its network needs ${command}`;
  }
  // The container's host name, as its process sees it. With an engine elsewhere, the process id belongs to another process or to none.
  const [pid = ""] = await serversOf([container]);
  const { stdout } = await tryAsRoot("nsenter", "--target", pid, "--uts", "hostname");
  const id = (await docker("inspect", "--format", "{{.Id}}", container)).trim();
  const name = stdout.trim();
  return name !== "" && id.startsWith(name) ? undefined : "the Docker engine runs on another machine";
}

/** Sends a signal to the first processes of containers at once; the others end with these. */
export async function signal(containers: readonly string[], name: "KILL" | "STOP" | "CONT"): Promise<void> {
  await asRoot("kill", `-${name}`, ...(await serversOf(containers)));
}

/**
 * Cuts a container from its networks for a while, without notice to either side: packets are dropped, connections stay open,
 * addresses and names remain.
 */
export async function cutFromNetwork(container: string, forMs: number): Promise<void> {
  const [pid = ""] = await serversOf([container]);
  const rules = (action: "--append" | "--delete") =>
    [["INPUT", "--in-interface"] as const, ["OUTPUT", "--out-interface"] as const].map(
      // Loopback stays: the healthcheck and the engine's name server need it.
      ([chain, side]) => ["iptables", "--wait", action, chain, "!", side, "lo", "--jump", "DROP"],
    );
  const apply = async (action: "--append" | "--delete") => {
    for (const rule of rules(action)) await asRoot("nsenter", "--target", pid, "--net", ...rule);
  };
  await apply("--append");
  try {
    await sleep(forMs);
  } finally {
    await apply("--delete");
  }
}

/** The process ids, on this machine, of the first processes of containers. */
async function serversOf(containers: readonly string[]): Promise<string[]> {
  return (await docker("inspect", "--format", "{{.State.Pid}}", ...containers)).trim().split("\n");
}

async function asRoot(command: string, ...args: readonly string[]): Promise<void> {
  await runCommand(...(await rootCommand(command, args)));
}

async function tryAsRoot(command: string, ...args: readonly string[]) {
  return tryCommand(...(await rootCommand(command, args)));
}

async function rootCommand(command: string, args: readonly string[]): Promise<[string, string[]]> {
  const [first = "", ...rest] = [
    ...((await machine.rootPrefix()) ?? []),
    machine.command(command) ?? command,
    ...args,
  ];
  return [first, rest];
}
