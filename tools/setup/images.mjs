import { copyFileSync, cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { recipeHash, recipes } from "./cache.mjs";
import { contextModes, setContextModes } from "./context-modes.mjs";
import { cacheDirectory, cachedNodeDirectory } from "./environment.mjs";
import { ensureJars } from "./jars.mjs";
import { ensureCachedNode } from "./node.mjs";
import { capture, runLogged } from "./process.mjs";
import { ensureRootfs, obstacleToRootfs, rootfsRecipe } from "./rootfs.mjs";
import { versions } from "./versions.mjs";

/**
 * @typedef {import("./versions.mjs").ImageRole} ImageRole
 * @typedef {import("./machine.mjs").Machine} Machine
 */

const { official, local } = versions.images;
const registry = "https://registry-1.docker.io/v2/";

/** @type {ImageRole[]} */
export const imageRoles = ["kafka", "zookeeper", "node", "prometheus"];

/** The hash of a local image's recipe, for its label: a changed recipe builds the image again. @param {ImageRole} role */
function recipe(role) {
  if (role === "node")
    return recipeHash([join(recipes, "node")], [versions.node.version, rootfsRecipe("node"), contextModes]);
  if (role === "prometheus") return recipeHash([join(recipes, "prometheus")], [rootfsRecipe("prometheus")]);
  const files = [join(recipes, "kafka"), join(recipes, "kafka-jars", "jars.json")];
  return recipeHash(files, [rootfsRecipe("java"), contextModes]);
}

/** Whether the engine has the local image of a role, built with the present recipe. @param {ImageRole} role */
async function hasLocal(role) {
  const format = '{{index .Config.Labels "kafka-iot-sim.recipe"}}';
  const result = await capture("docker", ["image", "inspect", "--format", format, local[role]], {
    timeoutMs: 20_000,
  });
  return result.code === 0 && result.stdout.trim() === recipe(role);
}

/** @param {ImageRole} role */
async function hasOfficial(role) {
  return (await capture("docker", ["image", "inspect", official[role]], { timeoutMs: 20_000 })).code === 0;
}

/**
 * The `images` config that a stack needs on this machine: the local images that set-up has built here. Empty on a machine
 * that pulls official images. Valid after set-up.
 *
 * @returns {Promise<Partial<Record<ImageRole, string>>>}
 */
export async function imagesConfig() {
  const entries = await Promise.all(
    imageRoles.map(async (role) =>
      (await hasLocal(role)) ? /** @type {const} */ ([role, local[role]]) : undefined,
    ),
  );
  return Object.fromEntries(entries.filter((entry) => entry !== undefined));
}

/**
 * The base images of the stack, pulled or made here.
 *
 * @param {string} name
 * @param {ImageRole[]} roles
 * @param {string} howLong
 * @param {(machine: Machine, roles: ImageRole[]) => Promise<void>} build
 * @returns {import("./part.mjs").Part}
 */
function imagePart(name, roles, howLong, build) {
  return {
    name,
    needed: roles.map((role) => official[role]).join(", "),
    look: async () => {
      const found = await Promise.all(roles.map(describe));
      return { there: found.every((text) => text !== "none"), found: [...new Set(found)].join(", ") };
    },
    ways: [
      { what: "pulling", obstacle: obstacleToPulling, make: () => pull(roles) },
      {
        what: `making local ones from Debian packages ${howLong}`,
        obstacle: obstacleToRootfs,
        make: (machine) => build(machine, roles),
      },
    ],
    byHand:
      `Pull ${roles.map((role) => official[role]).join(" and ")} on this machine, or name images that it can pull in
the stack's config, e.g. npx pulumi config set --path images.${roles[0]} registry.example/name:tag`.replace(
        "\n",
        " ",
      ),
  };
}

/** @param {ImageRole} role */
async function describe(role) {
  if (await hasLocal(role)) return local[role];
  return (await hasOfficial(role)) ? official[role] : "none";
}

/** An engine with its own mirror or proxy may reach registries that this process cannot reach. @param {Machine} machine */
async function obstacleToPulling(machine) {
  const format = "{{json .RegistryConfig.Mirrors}} {{.HTTPSProxy}}";
  const own = await machine.once("mirrors", () =>
    capture("docker", ["info", "--format", format], { timeoutMs: 10_000 }),
  );
  if (own.code === 0 && /https?:/.test(own.stdout)) return undefined;
  return machine.obstacleTo(registry);
}

/** @param {ImageRole[]} roles */
async function pull(roles) {
  await Promise.all(
    roles.map((role) => runLogged(`pull ${role}`, "docker", ["pull", "--quiet", official[role]])),
  );
}

/** @param {Machine} machine @param {ImageRole[]} roles */
async function buildKafka(machine, roles) {
  const [rootfs, jars] = await Promise.all([ensureRootfs(machine, "java"), ensureJars()]);
  await inContext(rootfs, "kafka", async (context) => {
    mkdirSync(join(context, "libs"));
    for (const jar of readdirSync(jars)) linkSync(join(jars, jar), join(context, "libs", jar));
    for (const role of roles) await build(context, role, ["--target", role]);
  });
}

/** @param {Machine} machine */
async function buildNode(machine) {
  const [rootfs] = await Promise.all([ensureRootfs(machine, "node"), ensureCachedNode()]);
  await inContext(rootfs, "node", async (context) => {
    copyFileSync(join(cachedNodeDirectory(), "node"), join(context, "node"));
    await build(context, "node", []);
  });
}

/** @param {Machine} machine */
async function buildPrometheus(machine) {
  const rootfs = await ensureRootfs(machine, "prometheus");
  await inContext(rootfs, "prometheus", (context) => build(context, "prometheus", []));
}

/**
 * @param {string} rootfs
 * @param {string} name folder of the recipe
 * @param {(context: string) => Promise<void>} work
 */
async function inContext(rootfs, name, work) {
  const context = mkdtempSync(join(cacheDirectory(), `context-${name}-`));
  try {
    cpSync(join(recipes, name), context, { recursive: true });
    linkSync(rootfs, join(context, "rootfs.tar"));
    await work(context);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/** @param {string} context @param {ImageRole} role @param {string[]} flags */
async function build(context, role, flags) {
  setContextModes(context);
  const options = ["--network=none", "--build-arg", `RECIPE=${recipe(role)}`, ...flags, "--tag", local[role]];
  await runLogged(`docker build ${role}`, "docker", ["build", ...options, context]);
  // Removes the image that had the name before, if no container uses it.
  await capture("docker", ["image", "prune", "--force", "--filter", "label=kafka-iot-sim.recipe"]);
}

/**
 * The parts that give a stack its base images.
 *
 * @param {ImageRole[]} [roles] those wanted; a stack whose config names its own image for a role needs none
 * @returns {import("./part.mjs").Part[]}
 */
export function imageParts(roles = imageRoles) {
  const servers = roles.filter((role) => role === "kafka" || role === "zookeeper");
  const parts = [];
  if (servers.length > 0)
    parts.push(imagePart("Kafka and ZooKeeper images", servers, "(about 1 min)", buildKafka));
  if (roles.includes("node")) parts.push(imagePart("Node image", ["node"], "(under 1 min)", buildNode));
  if (roles.includes("prometheus"))
    parts.push(imagePart("Prometheus image", ["prometheus"], "(under 1 min)", buildPrometheus));
  return parts;
}
