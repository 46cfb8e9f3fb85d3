// npm run down: `pulumi destroy`, then a check that nothing of the stack is left on the engine. Resources of another state stay.
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  removeImages,
  removeNetworks,
  removeVolumes,
  stopAndRemove,
} from "../../infra/targets/docker/preflight/engine";
import type { EngineObject } from "../../infra/targets/docker/preflight/engine";
import { ownership } from "../../infra/targets/docker/preflight/ownership";
import { emptyState, readExportedState } from "../../infra/targets/docker/preflight/state";
import { commands } from "../commands.mjs";
import { runCommand } from "../setup/command.mjs";
import { engineHint } from "../setup/docker-failure.mjs";
import { engineState } from "../setup/engine.mjs";
import { root, toolEnvironment } from "../setup/environment.mjs";
import { SetupError } from "../setup/errors.mjs";
import { runForeground } from "../setup/foreground.mjs";
import { setUp } from "../setup/setup.mjs";
import { findStack, pulumi, pulumiPath } from "../setup/stack.mjs";
import { adoptedBy, lookAt, objectsOf } from "./look";
import { retaining } from "./retaining";

void runCommand(commands.down, async ({ values: { stack: wanted } }) => {
  const installed = existsSync(pulumiPath());
  if (installed) {
    const { name, exists } = await findStack(wanted);
    if (!exists) return nothing(name);
  }
  const { version, problem } = await engineState();
  if (version === undefined) {
    throw new SetupError(
      `The Docker engine does not answer (${problem}), so nothing on it can be removed: ${engineHint(problem)}`,
    );
  }
  await setUp({ pulumi: true });
  const { name, exists } = await findStack(wanted);
  return exists ? takeDown(name) : nothing(name);
});

async function takeDown(stack: string): Promise<number> {
  const exported = await pulumi(["stack", "export", "--stack", stack]);
  const state = readExportedState(exported);
  const adopt = await adoptedBy(stack);
  const look = () => lookAt(stack, state, adopt);
  const names = new Set((await look()).foreign.map(({ name }) => name));
  const kept = retaining(exported, names);
  if (kept !== undefined) await importState(stack, kept);

  const args = ["destroy", "--yes", "--skip-preview", "--stack", stack];
  const { code } = await runForeground(pulumiPath(), args, { cwd: root, env: toolEnvironment() });
  if (code !== 0) return code;
  const { own, leftovers } = await look();
  await sweep([...own, ...leftovers]);
  const left = await look();
  const notGone = [...left.own, ...left.leftovers];
  if (notGone.length > 0)
    throw new SetupError(`Pulumi is done, but this is left of stack "${stack}":\n${listed(notGone)}`);
  if (left.foreign.length > 0) {
    console.log(
      `Nothing of stack "${stack}" is left that this state has made. The engine has a stack of this name that it has not made, ` +
        `and that stays:\n${listed(left.foreign)}`,
    );
  } else console.log(`Nothing of stack "${stack}" is left: no container, network or volume.`);
  return 0;
}

async function importState(stack: string, state: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "kafka-iot-sim-down-"));
  try {
    const file = join(folder, "state.json");
    await writeFile(file, state);
    await pulumi(["stack", "import", "--stack", stack, "--file", file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes resources that Pulumi does not know because an `up` was killed while it made them. */
async function sweep(objects: readonly EngineObject[]): Promise<void> {
  const those = (kind: EngineObject["kind"]) =>
    objects.filter((each) => each.kind === kind).map(({ id }) => id);
  try {
    await stopAndRemove(those("container"), 30);
    await removeNetworks(those("network"));
    await removeVolumes(those("volume"));
    await removeImages(those("image"));
  } catch {
    // Resources that could not be removed are found again, and reported.
  }
}

/** Pulumi knows no such stack. The engine may have its resources, if the state was deleted or another checkout has made the stack. */
async function nothing(stack: string): Promise<number> {
  const { version, problem } = await engineState();
  if (version === undefined) {
    console.log(
      `There is no stack "${stack}"; whether the engine has anything of it is unknown (${problem}).`,
    );
    return 0;
  }
  const left = await objectsOf(stack, new Set());
  const others = ownership(stack, left, emptyState, []).foreign;
  if (others.length > 0) {
    throw new SetupError(
      `Pulumi has no state of stack "${stack}" here, but the engine has this of it:\n${listed(others)}\n` +
        "If another checkout has made it, or this one with another PULUMI_BACKEND_URL, npm run down there removes it. If its state is " +
        "lost, remove it with docker rm --force --volumes, docker network rm and docker volume rm.",
    );
  }
  console.log(`There is no stack "${stack}": nothing to remove.`);
  return 0;
}

function listed(objects: readonly EngineObject[]): string {
  return objects.map(({ kind, name }) => `  ${kind} ${name}`).join("\n");
}
