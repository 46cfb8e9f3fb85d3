// npm run down: `pulumi destroy`, then a check that nothing of the stack is left on the engine.
import { existsSync } from "node:fs";
import { commands } from "./commands.mjs";
import { leftovers } from "./setup/containers.mjs";
import { engineState } from "./setup/engine.mjs";
import { root, toolEnvironment } from "./setup/environment.mjs";
import { SetupError } from "./setup/errors.mjs";
import { runForeground } from "./setup/foreground.mjs";
import { runCommand } from "./setup/command.mjs";
import { setUp } from "./setup/setup.mjs";
import { currentStack, pulumiPath } from "./setup/stack.mjs";

await runCommand(commands.down, async () => {
  const installed = existsSync(pulumiPath());
  if (installed && !(await currentStack()).exists) return nothing((await currentStack()).name);
  const { version, problem } = await engineState();
  if (version === undefined) {
    throw new SetupError(
      `The Docker engine does not answer (${problem}), so nothing on it can be removed: start it first.`,
    );
  }
  await setUp({ pulumi: true });
  const stack = await currentStack();
  if (!stack.exists) return nothing(stack.name);

  const args = ["destroy", "--yes", "--skip-preview", "--stack", stack.name];
  const { code } = await runForeground(pulumiPath(), args, { cwd: root, env: toolEnvironment() });
  if (code !== 0) return code;
  const left = await leftovers(stack.name);
  if (left.length > 0) {
    throw new SetupError(
      `Pulumi is done, but this is left of stack "${stack.name}":\n  ${left.join("\n  ")}`,
    );
  }
  console.log(`Nothing of stack "${stack.name}" is left: no container, network or volume.`);
  return 0;
});

/**
 * Pulumi knows no such stack; the engine may, if its state was deleted.
 *
 * @param {string} stack
 */
async function nothing(stack) {
  const left = (await engineState()).version === undefined ? [] : await leftovers(stack);
  if (left.length > 0) {
    throw new SetupError(
      `Pulumi has no state of stack "${stack}", but the engine has this of it:\n  ${left.join("\n  ")}\n` +
        "Remove it with docker rm --force --volumes, docker network rm and docker volume rm.",
    );
  }
  console.log(`There is no stack "${stack}": nothing to take down.`);
  return 0;
}
