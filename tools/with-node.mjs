// node tools/with-node.mjs COMMAND [ARGUMENT...]: runs a command of the project's npm packages under a new enough Node, after
// installing both if they are missing.
import { join } from "node:path";
import { root, toolEnvironment } from "./setup/environment.mjs";
import { UsageError } from "./setup/errors.mjs";
import { exitLike, runForeground } from "./setup/foreground.mjs";
import { commandRunBy } from "./commands.mjs";
import { helped, parseCommand } from "./setup/command.mjs";
import { runMain } from "./setup/main.mjs";
import { isExecutable } from "./setup/process.mjs";
import { setUp } from "./setup/setup.mjs";

await runMain(async () => {
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined) throw new UsageError("Usage: node tools/with-node.mjs COMMAND [ARGUMENT...]");
  // Before anything is installed.
  const declared = commandRunBy([command, ...args]);
  if (declared !== undefined) {
    if (helped(declared.command, declared.args)) return 0;
    parseCommand(declared.command, declared.args);
  }
  await setUp({});
  const own = join(root, "node_modules", ".bin", command);
  const exit = await runForeground(isExecutable(own) ? own : command, args, { env: toolEnvironment() });
  if (exit.signal !== null) exitLike(exit);
  return exit.code;
});
