import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aptInstall } from "./apt.mjs";
import { cacheDirectory } from "./environment.mjs";
import { isNotAllowed, notAllowed } from "./docker-failure.mjs";
import { SetupError } from "./errors.mjs";
import { capture, findCommand, isRunning, lastLines, runLogged } from "./process.mjs";

/** @typedef {import("./machine.mjs").Machine} Machine */

const folder = join(cacheDirectory(), "engine");
const logPath = join(folder, "dockerd.log");
const pidPath = join(folder, "dockerd.pid");

/** The engine first waits for its containers to end, as long as each may take: brokers 30 s. */
const stopLimitMs = 60_000;

/** The engine that this process has started, if it has started one. @type {{ stop: () => Promise<void> } | undefined} */
let started;

/**
 * The engine's version if it answers, else the message of the client.
 *
 * @returns {Promise<{ version: string | undefined, problem: string }>}
 */
export async function engineState() {
  const result = await capture("docker", ["version", "--format", "{{.Server.Version}}"], {
    timeoutMs: 10_000,
  });
  const version = result.stdout.trim();
  if (result.code === 0 && version !== "") return { version, problem: "" };
  if (findCommand("docker") === undefined) return { version: undefined, problem: "no docker command" };
  return { version: undefined, problem: result.stderr.trim().split("\n").at(-1) || "no answer" };
}

/** The Docker engine. One that set-up starts outlives it. @type {import("./part.mjs").Part} */
export const enginePart = {
  name: "Docker engine",
  needed: "running",
  look: async () => {
    const { version, problem } = await engineState();
    return { there: version !== undefined, found: version ?? problem };
  },
  ways: [
    { what: "starting it", obstacle: obstacleToStarting, make: startEngine },
    {
      what: "installing docker.io with apt-get and starting it",
      obstacle: async (machine) => (await obstacleToHere(machine)) ?? machine.obstacleToApt(),
      make: async (machine) => {
        // The images probably need mmdebstrap: one apt-get is faster than two.
        await aptInstall(machine, ["docker.io", "iptables", "mmdebstrap"]);
        await startEngine(machine);
      },
    },
  ],
  byHand: (reasons) => {
    // An engine runs, or is configured elsewhere: another one would not help.
    if (reasons.includes(notAllowed)) return "";
    if (reasons.some((reason) => reason.endsWith(elsewhere)))
      return "Start the engine there, or choose this machine's: unset DOCKER_HOST, docker context use default.";
    return (
      "Install Docker Engine (https://docs.docker.com/engine/install/) or Docker Desktop, start it, see that " +
      "`docker version` shows a server, and run this again."
    );
  },
};

/** The end of each obstacle about an engine of another machine. */
const elsewhere = ", which does not answer";

/** Why no engine of this machine may be started, or undefined. @param {Machine} machine */
async function obstacleToHere(machine) {
  const { problem } = await engineState();
  if (isNotAllowed(problem)) return notAllowed;
  if (machine.env.DOCKER_HOST) return `DOCKER_HOST is ${machine.env.DOCKER_HOST}${elsewhere}`;
  const context = machine.command("docker")
    ? (await capture("docker", ["context", "show"])).stdout.trim()
    : "";
  if (context !== "" && context !== "default") return `the Docker context is "${context}"${elsewhere}`;
  return machine.platform === "linux" ? undefined : "Docker Desktop does not run";
}

/** @param {Machine} machine */
async function obstacleToStarting(machine) {
  const obstacle = await obstacleToHere(machine);
  if (obstacle !== undefined) return obstacle;
  if (machine.command("dockerd") === undefined) return "there is no dockerd";
  return (await machine.rootPrefix()) === undefined ? "starting it needs root" : undefined;
}

/** @param {Machine} machine */
async function startEngine(machine) {
  const prefix = (await machine.rootPrefix()) ?? [];
  if (existsSync("/run/systemd/system")) {
    await runLogged("Docker engine", "systemctl", ["start", "docker"], { prefix });
    const stop = ["stop", "docker.socket", "docker"];
    started = { stop: () => runLogged("Docker engine", "systemctl", stop, { prefix, afterStop: true }) };
    await waitForEngine(() => true, "see journalctl -u docker");
    return;
  }
  const pid = spawnDaemon([...prefix, machine.command("dockerd") ?? "dockerd"]);
  recordPid(pid);
  // Read when it stops: the engine may have been restarted since it was started.
  started = { stop: () => stopDaemon(prefix, recordedPid()) };
  await waitForDaemon(pid);
}

/** Starts an engine that outlives this process. @param {string[]} words its command @returns its process id */
export function spawnDaemon(words) {
  mkdirSync(folder, { recursive: true });
  const log = openSync(logPath, "a");
  const daemon = spawn(words[0] ?? "dockerd", words.slice(1), {
    cwd: "/",
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  daemon.on("error", () => undefined);
  daemon.unref();
  if (daemon.pid === undefined) throw new SetupError("cannot run dockerd");
  return daemon.pid;
}

/** Waits until the engine that {@link spawnDaemon} started answers. @param {number} pid */
export function waitForDaemon(pid) {
  return waitForEngine(() => isRunning(pid), `log: ${logPath}`);
}

/** The process id of the engine that set-up started last, running or not. */
export function recordedPid() {
  return existsSync(pidPath) ? Number(readFileSync(pidPath, "utf8")) || undefined : undefined;
}

/** Notes that the engine which set-up started has another process now. @param {number} pid */
export function recordPid(pid) {
  writeFileSync(pidPath, `${pid}\n`);
}

/** @param {() => boolean} alive @param {string} where */
export async function waitForEngine(alive, where) {
  const limitMs = 60_000;
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline && alive()) {
    const { version, problem } = await engineState();
    if (version !== undefined) return;
    if (isNotAllowed(problem)) throw new SetupError(`the Docker engine runs, but ${notAllowed}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const reason = alive() ? `it did not answer within ${limitMs / 1000} s` : "it stopped at once";
  const tail = existsSync(logPath) ? `\n${lastLines(logPath, 8)}` : "";
  throw new SetupError(`the Docker engine was started, but ${reason} (${where})${tail}`);
}

/**
 * Stops the engine if this process started it, and waits until it is gone.
 *
 * @returns {Promise<boolean>} whether it did
 */
export async function stopStartedEngine() {
  if (started === undefined) return false;
  await started.stop();
  started = undefined;
  return true;
}

/** Ends an engine's process and waits until it is gone. @param {string[]} prefix @param {number | undefined} pid */
export async function stopDaemon(prefix, pid) {
  if (pid === undefined) return;
  await capture("kill", [String(pid)], { prefix, afterStop: true });
  for (let waited = 0; isRunning(pid) && waited < stopLimitMs; waited += 200) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
