import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pulumiBinDirectory, root, toolEnvironment } from "./environment.mjs";
import { SetupError } from "./errors.mjs";
import { imageRoles } from "./images.mjs";
import { parseJson } from "./json.mjs";
import { capture } from "./process.mjs";
import { versions } from "./versions.mjs";

/** @typedef {import("./versions.mjs").ImageRole} ImageRole */

export const project = "kafka-iot-sim";
export const defaultStack = "dev";

/** The Pulumi CLI's path. */
export function pulumiPath() {
  return join(pulumiBinDirectory(), "pulumi");
}

/**
 * Runs a Pulumi command in the working copy and returns its output.
 *
 * @param {string[]} args
 * @throws {SetupError} with Pulumi's message if it fails
 */
export async function pulumi(args) {
  const result = await capture(pulumiPath(), [...args, "--non-interactive"], {
    cwd: root,
    env: toolEnvironment(),
  });
  if (result.code === 0) return result.stdout;
  throw new SetupError(`pulumi ${args.join(" ")}: ${(result.stderr || result.stdout).trim()}`);
}

/**
 * The stack that commands use: the selected one of the working copy, else `dev`, which may not exist yet.
 *
 * @returns {Promise<{ name: string, exists: boolean, selected: boolean }>}
 */
export async function currentStack() {
  const listing = await pulumi(["stack", "ls", "--json"]);
  /** @type {{ name: string, current: boolean }[]} */
  const stacks = parseJson(listing);
  const selected = stacks.find(({ current }) => current);
  if (selected) return { name: shortName(selected.name), exists: true, selected: true };
  const exists = stacks.some(({ name }) => shortName(name) === defaultStack);
  return { name: defaultStack, exists, selected: false };
}

/**
 * A stack by its name, or {@link currentStack}.
 *
 * @param {string | undefined} name
 * @returns {Promise<{ name: string, exists: boolean }>}
 */
export async function findStack(name) {
  if (name === undefined) return currentStack();
  /** @type {{ name: string }[]} */
  const stacks = parseJson(await pulumi(["stack", "ls", "--json"]));
  return { name, exists: stacks.some((each) => shortName(each.name) === name) };
}

/** A service backend says "organization/project/stack". @param {string} name */
function shortName(name) {
  return name.split("/").at(-1) ?? name;
}

/** The stack's name for messages where asking Pulumi may fail. */
export async function stackName() {
  if (!existsSync(pulumiPath())) return defaultStack;
  return currentStack().then(
    ({ name }) => name,
    () => defaultStack,
  );
}

/**
 * The images that the stack's config names now.
 *
 * @param {string} stack
 * @returns {Promise<Record<string, string>>}
 */
export async function configuredImages(stack) {
  const images = await configuredValue(stack, "images");
  return typeof images === "object" && images !== null ? /** @type {Record<string, string>} */ (images) : {};
}

/**
 * The types of consumers that the stack's config names; none if it names no consumers.
 *
 * @param {string} stack
 * @returns {Promise<string[]>}
 */
export async function configuredConsumerTypes(stack) {
  const consumers = await configuredValue(stack, "consumers");
  /** @type {{ type?: unknown }[]} */
  const list = Array.isArray(consumers) ? consumers : [];
  return list.map(({ type }) => String(type));
}

/**
 * The value of a key of the stack's config: an object or a list, in any notation. Asks Pulumi only if the config has the key.
 *
 * @param {string} stack
 * @param {string} key
 * @returns {Promise<unknown>}
 */
export async function configuredValue(stack, key) {
  const file = join(root, `Pulumi.${stack}.yaml`);
  const written = new RegExp(`^\\s*["']?(${project}:)?${key}["']?:`, "m");
  if (!existsSync(file) || !written.test(readFileSync(file, "utf8"))) return undefined;
  /** @type {Record<string, { value?: string, objectValue?: unknown }>} */
  const config = parseJson(await pulumi(["config", "--json", "--stack", stack]));
  return listedValue(config[`${project}:${key}`]);
}

/**
 * Reads an entry of Pulumi's listing: text may be JSON, as `pulumi config set` writes it.
 *
 * @param {{ value?: string, objectValue?: unknown } | undefined} entry
 * @returns {unknown}
 */
export function listedValue(entry) {
  if (entry?.objectValue !== undefined) return entry.objectValue;
  try {
    return /** @type {unknown} */ (JSON.parse(entry?.value ?? ""));
  } catch {
    return undefined;
  }
}

/** Whether an image name is one that set-up gives. @param {ImageRole} role @param {string} image */
export function isOwnImage(role, image) {
  return image.startsWith(`${versions.images.local[role].split(":")[0]}:`);
}

/**
 * Decides how a stack's `images` config must change. Images that the user has set stay; images that an earlier set-up has set
 * follow the machine.
 *
 * @param {Record<string, string>} configured what the config says now
 * @param {Partial<Record<ImageRole, string>>} wanted local images that this machine needs
 * @returns {{ role: ImageRole, image: string | undefined }[]} image undefined: remove the entry
 */
export function imageChanges(configured, wanted) {
  return imageRoles.flatMap((role) => {
    const now = configured[role];
    if (now !== undefined && !isOwnImage(role, now)) return [];
    return now === wanted[role] ? [] : [{ role, image: wanted[role] }];
  });
}

/**
 * The roles whose images set-up must provide: those that the stack has and for which the user has set no image.
 *
 * @param {Record<string, string>} configured
 * @param {string[]} [consumerTypes] those that the config names
 * @returns {ImageRole[]}
 */
export function rolesToProvide(configured, consumerTypes = []) {
  return imageRoles.filter((role) => {
    const now = configured[role];
    if (role === "prometheus" && !consumerTypes.includes("prometheus")) return false;
    return now === undefined || isOwnImage(role, now);
  });
}

/**
 * Writes image changes into the stack's config.
 *
 * @param {string} stack
 * @param {ReturnType<typeof imageChanges>} changes
 */
export async function applyImageChanges(stack, changes) {
  for (const { role, image } of changes) {
    const key = ["--stack", stack, "--path", `images.${role}`];
    await (image === undefined ? pulumi(["config", "rm", ...key]) : pulumi(["config", "set", ...key, image]));
  }
}
