import { dockerFailure } from "./docker-failure.mjs";
import { SetupError } from "./errors.mjs";
import { parseJson } from "./json.mjs";
import { capture, findCommand } from "./process.mjs";
import { project } from "./stack.mjs";

/**
 * @typedef {object} Container
 * @property {string} name without the stack's prefix, e.g. "broker-1"
 * @property {string} role zookeeper, controller, broker, broker-sync, topic-init, device or consumer
 * @property {string} status in Docker's words, e.g. "Up 5 seconds (healthy)"
 */

/** What every container's name of a stack begins with. @param {string} stack */
export function containerPrefix(stack) {
  return `${project}-${stack}-`;
}

const noDocker = 'There is no "docker" command here; "npm run doctor" says what the machine lacks.';

/** @param {string[]} args */
async function docker(args) {
  if (findCommand("docker") === undefined) throw new SetupError(noDocker);
  const result = await capture("docker", args, { timeoutMs: 30_000 });
  if (result.code !== 0) throw new SetupError(dockerFailure(args[0] ?? "", result.stderr));
  return result.stdout.split("\n").filter((line) => line !== "");
}

/** @param {string} stack */
function label(stack) {
  return ["--filter", `label=${project}.stack=${stack}`];
}

/**
 * A stack's containers, running or not, in the order in which data flows through them.
 *
 * @param {string} stack
 * @returns {Promise<Container[]>}
 * @throws {SetupError} if the engine does not answer
 */
export async function containersOf(stack) {
  const format = `{{.Names}}\t{{.Label "${project}.role"}}\t{{.Status}}`;
  const lines = await docker(["ps", "--all", ...label(stack), "--format", format]);
  const order = ["zookeeper", "controller", "broker", "broker-sync", "topic-init", "device", "consumer"];
  return lines
    .map((line) => {
      const [name = "", role = "", status = ""] = line.split("\t");
      const prefix = containerPrefix(stack);
      return { name: name.startsWith(prefix) ? name.slice(prefix.length) : name, role, status };
    })
    .sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role) || compareNames(a.name, b.name));
}

/** "device-2" before "device-10". @param {string} a @param {string} b */
function compareNames(a, b) {
  return a.localeCompare(b, "en", { numeric: true });
}

/**
 * The container that runs a device of a group: `meter-fleet-1` for `meter-7`.
 *
 * @param {string} stack
 * @param {Container[]} containers the stack's
 * @param {string} device
 * @returns {Promise<string | undefined>} its name without the stack's prefix; undefined if there is none
 * @throws {SetupError} if the engine does not answer
 */
export async function containerOfDevice(stack, containers, device) {
  const names = containers.filter(({ role }) => role === "device").map(({ name }) => name);
  if (names.length === 0) return undefined;
  const paths = names.map((name) => `${containerPrefix(stack)}${name}`);
  const lines = await docker(["container", "inspect", "--format", "{{json .Config.Env}}", ...paths]);
  return names.find((_, index) => hasDevice(parseJson(lines[index] ?? "[]"), device));
}

/** Whether a container of a group has a device, by its environment. @param {string[]} environment @param {string} device */
export function hasDevice(environment, device) {
  const valueOf = (/** @type {string} */ name) =>
    environment.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  const [first, count] = [Number(valueOf("DEVICE_FIRST_NUMBER")), Number(valueOf("DEVICE_COUNT"))];
  const number = Number(/-([1-9]\d*)$/.exec(device)?.[1]);
  return device === `${valueOf("DEVICE_NAME")}-${number}` && number >= first && number < first + count;
}

/** More containers of devices than this are one line. */
const maxDevices = 12;

/**
 * A list of containers for people: many containers of devices with the same status are one line.
 *
 * @param {Container[]} containers in the order of {@link containersOf}
 * @returns {Container[]}
 */
export function summary(containers) {
  const devices = containers.filter(({ role }) => role === "device");
  if (devices.length <= maxDevices) return containers;
  const [healthy, others] = [devices.filter(isHealthy), devices.filter((device) => !isHealthy(device))];
  const range = `${healthy[0]?.name} to ${healthy.at(-1)?.name}`;
  /** @type {Container} */
  const line = { role: "device", name: range, status: `${healthy.length} containers, healthy` };
  const shown = [...(healthy.length > 0 ? [line] : []), ...others];
  return containers.flatMap((container) =>
    container === devices[0] ? shown : container.role === "device" ? [] : [container],
  );
}

/** @param {Container} container */
function isHealthy({ status }) {
  return status.includes("(healthy)");
}

/**
 * Lines of text in columns.
 *
 * @param {string[][]} rows
 * @returns {string}
 */
export function table(rows) {
  const widths = rows.reduce((sofar, row) => row.map((cell, i) => Math.max(sofar[i] ?? 0, cell.length)), [0]);
  const line = (/** @type {string[]} */ row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}
