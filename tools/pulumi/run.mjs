#!/usr/bin/env node
// `npx pulumi …` in the working copy: the pinned CLI, in the environment that set-up made for it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { nodeDirectory, pulumiBinDirectory, toolEnvironment } from "../setup/environment.mjs";
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
exitLike(await runForeground(cli, process.argv.slice(2), { env: toolEnvironment() }));
