import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secretValue } from "../../contract/problems";
import { readConfigValue } from "../../infra/config/parse";
import { root, toolEnvironment } from "../setup/environment.mjs";
import { SetupError } from "../setup/errors.mjs";
import { capture } from "../setup/process.mjs";
import { currentStack, defaultStack, findStack, project, pulumi, pulumiPath } from "../setup/stack.mjs";
import { versions } from "../setup/versions.mjs";
import { emptyState, type PulumiState, readExportedState } from "../../infra/targets/docker/preflight/state";

/** A stack's raw configuration, value by key. */
export interface StackConfiguration {
  readonly stack: string;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly state: PulumiState;
}

/** One entry of `pulumi config --json`. */
interface Entry {
  readonly value?: string;
  /** The value or a part of it is secret. The entry then has no value. */
  readonly secret?: boolean;
}

/**
 * Reads the configuration of a stack, which need not exist yet.
 * @param name undefined for the stack of the working copy
 * @throws SetupError if there is no Pulumi CLI, or it cannot read the configuration
 */
export async function readStackConfiguration(name: string | undefined): Promise<StackConfiguration> {
  if (!existsSync(pulumiPath()))
    throw new SetupError(`The Pulumi CLI ${versions.pulumi.cli} is not installed yet: run npm start once.`);
  const stack = name ?? (await currentStack()).name;
  const { exists } = await findStack(stack);
  const [listing, state] = await Promise.all([
    exists ? pulumi(["config", "--json", "--stack", stack]) : listingOfUnknown(stack),
    exists ? pulumi(["stack", "export", "--stack", stack]).then(readExportedState) : emptyState,
  ]);
  return { stack, raw: rawConfig(listing), state };
}

async function listingOfUnknown(stack: string): Promise<string> {
  if (stack !== defaultStack && !existsSync(join(root, `Pulumi.${stack}.yaml`)))
    throw new SetupError(`There is no stack "${stack}": npx pulumi stack ls lists those that there are.`);
  return listingOfNewStack(stack);
}

/**
 * Pulumi reads only the configuration of stacks that its backend knows. For a stack that does not exist yet, it runs in a copy of the project
 * with another backend, so that nothing in the working copy changes.
 */
async function listingOfNewStack(stack: string): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), "kafka-iot-sim-plan-"));
  try {
    const state = join(copy, "state");
    mkdirSync(state);
    for (const file of ["Pulumi.yaml", `Pulumi.${stack}.yaml`])
      if (existsSync(join(root, file))) copyFileSync(join(root, file), join(copy, file));
    const env = { ...toolEnvironment(), PULUMI_BACKEND_URL: `file://${state}` };
    const ask = async (...args: readonly string[]) => {
      const result = await capture(pulumiPath(), [...args, "--non-interactive"], { cwd: copy, env });
      if (result.code === 0) return result.stdout;
      throw new SetupError(`pulumi ${args.join(" ")}: ${(result.stderr || result.stdout).trim()}`);
    };
    await ask("stack", "init", stack);
    return await ask("config", "--json", "--stack", stack);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The keys of this project in a listing, with the values that the program gets. */
export function rawConfig(listing: string): Record<string, unknown> {
  const entries = Object.entries(JSON.parse(listing) as Record<string, Entry>);
  return Object.fromEntries(
    entries
      .filter(([key]) => key.startsWith(`${project}:`))
      .map(([key, { value = "", secret }]) => [
        key.slice(project.length + 1),
        secret === true ? secretValue : readConfigValue(value),
      ]),
  );
}
