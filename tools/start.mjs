// npm start: everything that a fresh machine lacks, then `pulumi up`, then what runs and how to look at it.
import { existsSync } from "node:fs";
import { containersOf, table } from "./setup/containers.mjs";
import { root, toolEnvironment } from "./setup/environment.mjs";
import { runForeground } from "./setup/foreground.mjs";
import { imagesConfig } from "./setup/images.mjs";
import { refuseArguments, runMain } from "./setup/main.mjs";
import { setUp } from "./setup/setup.mjs";
import {
  applyImageChanges,
  configuredImages,
  currentStack,
  defaultStack,
  imageChanges,
  pulumi,
  pulumiPath,
  rolesToProvide,
} from "./setup/stack.mjs";

await runMain(async () => {
  refuseArguments(process.argv.slice(2), "npm start");
  await setUpForStack();
  const stack = await ensureStack();
  const changes = imageChanges(await configuredImages(stack), await imagesConfig());
  await applyImageChanges(stack, changes);
  const args = ["up", "--yes", "--skip-preview", "--stack", stack];
  const { code } = await runForeground(pulumiPath(), args, { cwd: root, env: toolEnvironment() });
  if (code !== 0) return code;
  await showWhatRuns(stack);
  return 0;
});

/** Images that the user has set himself need not be had; his config can be read once the CLI is there. */
async function setUpForStack() {
  // Knowing the config needs the CLI; without one, only a stack of an earlier set-up could have such a config.
  if (existsSync(`${root}/Pulumi.${defaultStack}.yaml`) && !existsSync(pulumiPath())) {
    const named = await configuredImages(defaultStack).catch(() => undefined);
    if (named === undefined) await setUp({ pulumi: true });
  }
  const configured = existsSync(pulumiPath()) ? await configuredImages((await currentStack()).name) : {};
  await setUp({ pulumi: true, images: rolesToProvide(configured) });
}

/** @returns {Promise<string>} the stack's name */
async function ensureStack() {
  const { name, exists } = await currentStack();
  await pulumi(["stack", "select", name, ...(exists ? [] : ["--create"])]);
  return name;
}

/** @param {string} stack */
async function showWhatRuns(stack) {
  const containers = await containersOf(stack);
  const rows = containers.map(({ role, name, status }) => [role, name, status]);
  console.log(`
Stack "${stack}" runs:

${table([["ROLE", "NAME", "STATUS"], ...rows])}

Next:
  npx pulumi config set devices 5 && npx pulumi up    five devices
  npm run logs -- console                             observations as they arrive
  npm run lake                                        rows in the Delta table
  npm run down                                        take it all away`);
}
