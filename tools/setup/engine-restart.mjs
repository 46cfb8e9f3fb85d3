import { existsSync, readFileSync } from "node:fs";
import { recordedPid, recordPid, spawnDaemon, stopDaemon, waitForDaemon, waitForEngine } from "./engine.mjs";
import { currentDockerContext } from "./environment.mjs";
import { SetupError } from "./errors.mjs";
import { capture, isRunning, runLogged } from "./process.mjs";

/** @typedef {import("./machine.mjs").Machine} Machine */

/** The file into which an engine writes its process id by default. */
const daemonPidPath = "/var/run/docker.pid";
const runsUnderSystemd = () => existsSync("/run/systemd/system");

/**
 * Why the engine must not be restarted from here, or undefined. A restart stops every container, so an engine that runs
 * containers of others is not restarted.
 *
 * @param {Machine} machine
 * @param {(container: string) => boolean} isOurs says by its name whether a container may be stopped
 * @returns {Promise<string | undefined>}
 */
export async function obstacleToRestart(machine, isOurs) {
  const { DOCKER_HOST, DOCKER_CONTEXT } = machine.env;
  const elsewhere = DOCKER_HOST || DOCKER_CONTEXT || currentDockerContext(machine.env);
  if (machine.platform !== "linux" || elsewhere) return "the Docker engine is not this machine's own";
  if ((await machine.rootPrefix()) === undefined) return "restarting the Docker engine needs root";
  if (daemonPid() === undefined) return `no Docker engine runs that has written ${daemonPidPath}`;
  const listing = await capture("docker", ["ps", "--format", "{{.Names}}"]);
  if (listing.code !== 0) return listing.stderr.trim();
  const others = listing.stdout.split("\n").filter((name) => name !== "" && !isOurs(name));
  return others.length === 0 ? undefined : `the Docker engine has other containers, such as ${others[0]}`;
}

/**
 * Ends the engine as a shutdown of the machine does, and starts it again with the same arguments; resolves when it answers.
 * Set-up can still stop an engine that set-up has started.
 *
 * @param {Machine} machine
 */
export async function restartEngine(machine) {
  const prefix = (await machine.rootPrefix()) ?? [];
  if (runsUnderSystemd()) {
    await runLogged("Docker engine restart", "systemctl", ["restart", "docker"], { prefix });
    await waitForEngine(() => true, "see journalctl -u docker");
    return;
  }
  const pid = daemonPid();
  if (pid === undefined) throw new SetupError(`no Docker engine runs that has written ${daemonPidPath}`);
  const recorded = recordedPid();
  const wasRecorded = recorded !== undefined && isRunning(recorded);
  const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  await stopDaemon(prefix, pid);
  if (isRunning(pid)) throw new SetupError(`the Docker engine (process ${pid}) does not end`);
  const [command = "dockerd", ...args] = words;
  const newPid = spawnDaemon([...prefix, machine.command(command) ?? command, ...args]);
  // With sudo, the recorded process is sudo's, which ends with the engine.
  if (wasRecorded && !isRunning(recorded)) recordPid(newPid);
  await waitForDaemon(newPid);
}

/** The engine's process id, if it runs and has written one. */
function daemonPid() {
  if (!existsSync(daemonPidPath)) return undefined;
  const pid = Number(readFileSync(daemonPidPath, "utf8"));
  return pid > 0 && isRunning(pid) ? pid : undefined;
}
