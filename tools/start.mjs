// npm start: everything that a fresh machine lacks, then `pulumi up`, then what runs and how to look at it.
import { existsSync } from "node:fs";
import { containersOf, summary, table } from "./setup/containers.mjs";
import { root, toolEnvironment } from "./setup/environment.mjs";
import { runForeground } from "./setup/foreground.mjs";
import { imagesConfig } from "./setup/images.mjs";
import { refuseArguments, runMain } from "./setup/main.mjs";
import { setUp } from "./setup/setup.mjs";
import {
  applyImageChanges,
  configuredImages,
  currentStack,
  imageChanges,
  pulumi,
  pulumiPath,
  rolesToProvide,
} from "./setup/stack.mjs";

await runMain(async () => {
  refuseArguments(process.argv.slice(2), "npm start");
  await setUp({ pulumi: true, images: rolesToProvide(await imagesOfBefore()) });

  const stack = await ensureStack();
  await applyImageChanges(stack, imageChanges(await configuredImages(stack), await imagesConfig()));
  const args = ["up", "--yes", "--skip-preview", "--stack", stack];
  const { code } = await runForeground(pulumiPath(), args, { cwd: root, env: toolEnvironment() });
  if (code !== 0) return code;
  await showWhatRuns(stack);
  return 0;
});

/** The images that the stack's config names, if there is a stack: those that the user has set need not be had. */
async function imagesOfBefore() {
  if (!existsSync(pulumiPath())) return {};
  const { name, exists } = await currentStack();
  return exists ? configuredImages(name) : {};
}

/** @returns {Promise<string>} the name of the stack, which exists and is selected now */
async function ensureStack() {
  const { name, exists, selected } = await currentStack();
  if (!selected) await pulumi(["stack", "select", name, ...(exists ? [] : ["--create"])]);
  return name;
}

/** @param {string} stack */
async function showWhatRuns(stack) {
  const containers = await containersOf(stack);
  const rows = summary(containers).map(({ role, name, status }) => [role, name, status]);
  console.log(`
Stack "${stack}" runs:

${table([["ROLE", "NAME", "STATUS"], ...rows])}

Next:
  npx pulumi config set devices 5 && npx pulumi up    five devices
  npm run logs -- console                             observations as they arrive
  npm run lake                                        rows in the Delta table
  npm run down                                        take it all away`);
}
