import { existsSync, readFileSync } from "node:fs";
import {
  isRunning,
  recordedPid,
  recordPid,
  spawnDaemon,
  stopDaemon,
  waitForDaemon,
  waitForEngine,
} from "./engine.mjs";
import { currentDockerContext } from "./environment.mjs";
import { SetupError } from "./errors.mjs";
import { capture, runLogged } from "./process.mjs";

/** @typedef {import("./machine.mjs").Machine} Machine */

/** Where an engine writes its process id, unless it was told otherwise. */
const daemonPidPath = "/var/run/docker.pid";
const runsUnderSystemd = () => existsSync("/run/systemd/system");

/**
 * Why the engine may not be restarted from here, or undefined. Whoever restarts an engine stops every container on it, so
 * that one on which others work is not restarted.
 *
 * @param {Machine} machine
 * @param {(container: string) => boolean} isOurs tells by its name whether a container may be stopped
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
 * Ends the engine as a shutdown of the machine does, and starts it again as it was; resolves when it answers. An engine
 * that set-up has started stays one, so that whoever started it can stop it.
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
  // With sudo, what is recorded is sudo's process, which ends with the engine.
  if (wasRecorded && !isRunning(recorded)) recordPid(newPid);
  await waitForDaemon(newPid);
}

/** The engine's process, if one runs that says so. */
function daemonPid() {
  if (!existsSync(daemonPidPath)) return undefined;
  const pid = Number(readFileSync(daemonPidPath, "utf8"));
  return pid > 0 && isRunning(pid) ? pid : undefined;
}
