// npm run logs -- NAME: follows one container of the stack.
import { commands } from "./commands.mjs";
import { containerOfDevice, containerPrefix, containersOf, summary, table } from "./setup/containers.mjs";
import { runCommand } from "./setup/command.mjs";
import { quoted, SetupError } from "./setup/errors.mjs";
import { runForeground } from "./setup/foreground.mjs";
import { stackName } from "./setup/stack.mjs";

await runCommand(commands.logs, async ({ positionals: [name] }) => {
  const stack = await stackName();
  const containers = await containersOf(stack);
  const found = await containerFor(stack, name, containers);
  if (found === undefined) throw new SetupError(usage(stack, name, containers));
  const container = `${containerPrefix(stack)}${found}`;
  // Containers write colours for people; a file or a pipe gets none.
  const plain = !process.stdout.isTTY || Boolean(process.env.NO_COLOR);
  const args = ["logs", "--follow", "--tail", "200", container];
  const { code, signal } = await runForeground("docker", args, { plain });
  // Docker's client turns Ctrl-C into its own exit code.
  return signal === "SIGINT" || code === 130 ? 0 : code;
});

/**
 * The container of this name, or the one that has the device of this name.
 *
 * @param {string} stack
 * @param {string | undefined} name
 * @param {import("./setup/containers.mjs").Container[]} containers
 */
async function containerFor(stack, name, containers) {
  if (name === undefined || containers.some((container) => container.name === name)) return name;
  return containerOfDevice(stack, containers, name);
}

/**
 * @param {string} stack
 * @param {string | undefined} name
 * @param {import("./setup/containers.mjs").Container[]} containers
 */
function usage(stack, name, containers) {
  const lead = name === undefined ? "" : `There is no container ${quoted(name)} in stack "${stack}".\n`;
  if (containers.length === 0) return `${lead}Nothing runs in stack "${stack}"; npm start brings it up.`;
  const rows = summary(containers).map((container) => [
    `  ${container.name}`,
    container.role,
    container.status,
  ]);
  return `${lead}Usage: npm run logs -- NAME, where NAME is one of:\n${table(rows)}`;
}
