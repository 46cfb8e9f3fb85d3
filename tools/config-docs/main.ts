// npm run config-docs: writes the tables of docs/configuration.md from the schemas of the configuration.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { commands } from "../commands.mjs";
import { runCommand } from "../setup/command.mjs";
import { root } from "../setup/environment.mjs";
import { withTables } from "./page";

void runCommand(commands["config-docs"], async () => {
  const path = join(root, "docs", "configuration.md");
  const options = await resolveConfig(path);
  writeFileSync(path, await format(withTables(readFileSync(path, "utf8")), { ...options, filepath: path }));
  return 0;
});
