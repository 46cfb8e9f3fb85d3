#!/usr/bin/env node
// `npx pulumi …` in the working copy: the pinned CLI, in the environment that set-up made for it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isNotAllowed, notAllowed } from "../setup/docker-failure.mjs";
import { engineState } from "../setup/engine.mjs";
import { nodeDirectory, pulumiBinDirectory, root, toolEnvironment } from "../setup/environment.mjs";
import { exitLike, runForeground } from "../setup/foreground.mjs";
import { versions } from "../setup/versions.mjs";

const cli = join(pulumiBinDirectory(), "pulumi");
if (!existsSync(cli)) {
  console.error(`The Pulumi CLI ${versions.pulumi.cli} is not installed yet: run npm start once.`);
  process.exit(1);
}
if (!existsSync(join(nodeDirectory(), "node"))) {
  console.error(
    `Node ${process.version} is too old for Pulumi's SDK and no newer one is installed yet: run npm start once.`,
  );
  process.exit(1);
}
// Pulumi would report it at the end of many lines, without a remedy.
const usesEngine = ["up", "update", "preview", "refresh", "destroy", "down", "dn", "watch", "import"];
const command = process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "";
if (usesEngine.includes(command)) {
  const { problem } = await engineState();
  if (isNotAllowed(problem)) {
    console.error(`${problem}\nThe Docker engine runs, but ${notAllowed}.`);
    process.exit(1);
  }
}
// Pulumi removes volumes by name, even those that another state has made.
if (["destroy", "down", "dn"].includes(command)) {
  const tsx = join(root, "node_modules", ".bin", "tsx");
  const guard = [join(root, "tools", "down", "guard.ts"), ...process.argv.slice(2)];
  const { code } = await runForeground(tsx, guard, { env: toolEnvironment() });
  if (code !== 0) process.exit(code);
}
exitLike(await runForeground(cli, process.argv.slice(2), { env: toolEnvironment() }));
