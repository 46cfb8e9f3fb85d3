import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseJson } from "./json.mjs";
import { versions } from "./versions.mjs";

/** The working copy that these tools belong to (an absolute path). */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");

/** Where set-up keeps what it makes, outside the working copy. @param {NodeJS.ProcessEnv} [env] */
export function cacheDirectory(env = process.env) {
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "kafka-iot-sim");
}

/** Pulumi's own directory: CLI versions, plugins, workspaces. @param {NodeJS.ProcessEnv} [env] */
export function pulumiHome(env = process.env) {
  return env.PULUMI_HOME || join(homedir(), ".pulumi");
}

/** Where the official `pulumi` launcher keeps this CLI version. @param {NodeJS.ProcessEnv} [env] */
export function pulumiBinDirectory(env = process.env) {
  return join(pulumiHome(env), "versions", versions.pulumi.cli, "bin");
}

/** The directory of the Node that set-up keeps for machines whose own is too old. @param {NodeJS.ProcessEnv} [env] */
export function cachedNodeDirectory(env = process.env) {
  const name = `node-${versions.node.version}-${process.platform}-${process.arch}`;
  return join(cacheDirectory(env), name, "bin");
}

/** Whether a Node version ("24.1.0" or "v24.1.0") is new enough for Pulumi's SDK and the tests. @param {string} version */
export function isNodeNewEnough(version) {
  return Number(version.replace(/^v/, "").split(".")[0]) >= versions.node.minimumMajor;
}

/**
 * The directory of a Node that is new enough: this process's own, or the one set-up keeps (which may not exist yet).
 *
 * @param {NodeJS.ProcessEnv} [env]
 */
export function nodeDirectory(env = process.env) {
  return isNodeNewEnough(process.version) ? dirname(process.execPath) : cachedNodeDirectory(env);
}

/**
 * The environment for everything that runs in the working copy, the Pulumi CLI above all: a new enough Node, the Pulumi
 * CLI and the project's own commands come first on PATH; the working copy keeps the state; Pulumi asks for no passphrase.
 * A variable that the user has set is never changed. Creates the state directory if it is the one in use.
 *
 * @param {NodeJS.ProcessEnv} [env] what to start from
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnvironment(env = process.env) {
  const first = [nodeDirectory(env), pulumiBinDirectory(env), join(root, "node_modules", ".bin")];
  const rest = (env.PATH ?? "").split(delimiter).filter((entry) => entry !== "" && !first.includes(entry));
  /** @type {NodeJS.ProcessEnv} */
  const result = {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // `npm test` checks types; checking them again would cost seconds on every update.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    // The CLI and its provider, both Go, live for seconds: collecting garbage less often saves them half a second.
    GOGC: "400",
    // Node then keeps what it has compiled of Pulumi's SDK and the tools, which saves each update most of a second.
    NODE_COMPILE_CACHE: join(cacheDirectory(env), "node-compile-cache"),
    ...env,
    PATH: [...first, ...rest].join(delimiter),
  };
  if (env.PULUMI_CONFIG_PASSPHRASE === undefined && env.PULUMI_CONFIG_PASSPHRASE_FILE === undefined) {
    result.PULUMI_CONFIG_PASSPHRASE = "";
  }
  // The Docker client follows the user's current context; Pulumi's Docker provider follows these variables alone.
  const context = env.DOCKER_HOST || env.DOCKER_CONTEXT ? undefined : currentDockerContext(env);
  if (context !== undefined) result.DOCKER_CONTEXT = context;
  if (env.PULUMI_BACKEND_URL === undefined) {
    const state = join(root, ".pulumi-state");
    if (!existsSync(state)) mkdirSync(state, { recursive: true });
    result.PULUMI_BACKEND_URL = `file://${state}`;
  }
  return result;
}

/**
 * The Docker context that the user has chosen (`docker context use`), unless it is the default one.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
export function currentDockerContext(env) {
  const path = join(env.DOCKER_CONFIG || join(homedir(), ".docker"), "config.json");
  try {
    /** @type {{ currentContext?: string }} */
    const { currentContext } = parseJson(readFileSync(path, "utf8"));
    return currentContext === "default" ? undefined : currentContext;
  } catch {
    // There is no such file, or Docker cannot read it either.
    return undefined;
  }
}
