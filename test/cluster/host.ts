import { setTimeout as sleep } from "node:timers/promises";
import { Machine } from "../../tools/setup/machine.mjs";
import { runCommand, tryCommand } from "../support/command";
import { docker } from "../support/docker";

/**
 * Faults that befall containers from outside, as a crash, a stalled host or a cut cable do: the engine does not know of
 * them. (`docker kill` would count as a wish to stop the container, after which it does not come back by itself.) They
 * need root beside an engine of the same machine.
 */

const machine = new Machine();

/** Why containers cannot be reached from outside here, or undefined. @param container one that runs */
export async function obstacleToHostFaults(container: string): Promise<string | undefined> {
  if (machine.platform !== "linux") return "containers can be killed from outside on Linux only";
  if ((await machine.rootPrefix()) === undefined) return "killing a container from outside needs root";
  for (const command of ["nsenter", "iptables"]) {
    if (machine.command(command) === undefined)
      return `cutting a container from its network needs ${command}`;
  }
  // The host's name, as its process sees it: with an engine elsewhere, the process of that id is another or none.
  const [pid = ""] = await serversOf([container]);
  const { stdout } = await tryAsRoot("nsenter", "--target", pid, "--uts", "hostname");
  const id = (await docker("inspect", "--format", "{{.Id}}", container)).trim();
  const name = stdout.trim();
  return name !== "" && id.startsWith(name) ? undefined : "the Docker engine runs on another machine";
}

/** Sends a signal to the servers of containers at once: their first processes, with which the others end. */
export async function signal(containers: readonly string[], name: "KILL" | "STOP" | "CONT"): Promise<void> {
  await asRoot("kill", `-${name}`, ...(await serversOf(containers)));
}

/**
 * Cuts a container from its networks for a while, without a word to either side: packets are dropped, connections stay
 * open, addresses and names remain.
 */
export async function cutFromNetwork(container: string, forMs: number): Promise<void> {
  const [pid = ""] = await serversOf([container]);
  const rules = (action: "--append" | "--delete") =>
    [["INPUT", "--in-interface"] as const, ["OUTPUT", "--out-interface"] as const].map(
      // Loopback stays: the healthcheck and the engine's name server are there.
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

/** Ids of the first processes of containers as the machine numbers them. */
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
