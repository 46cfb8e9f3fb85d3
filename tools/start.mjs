// npm start: installs what a fresh machine lacks, runs `pulumi up`, then shows what runs and how to examine it.
import { existsSync } from "node:fs";
import { commands } from "./commands.mjs";
import { containersOf, summary, table } from "./setup/containers.mjs";
import { root, toolEnvironment } from "./setup/environment.mjs";
import { runForeground } from "./setup/foreground.mjs";
import { imagesConfig } from "./setup/images.mjs";
import { runCommand } from "./setup/command.mjs";
import { setUp } from "./setup/setup.mjs";
import { parseJson } from "./setup/json.mjs";
import {
  applyImageChanges,
  configuredConsumerTypes,
  configuredImages,
  currentStack,
  imageChanges,
  pulumi,
  pulumiPath,
  rolesToProvide,
} from "./setup/stack.mjs";

await runCommand(commands.start, async () => {
  await setUp({ pulumi: true, images: await rolesOfBefore() });

  const stack = await ensureStack();
  await applyImageChanges(stack, imageChanges(await configuredImages(stack), await imagesConfig()));
  const args = ["up", "--yes", "--skip-preview", "--stack", stack];
  const { code } = await runForeground(pulumiPath(), args, { cwd: root, env: toolEnvironment() });
  if (code !== 0) return code;
  await showWhatRuns(stack);
  return 0;
});

/** The images that the stack's config needs, if there is a stack yet. */
async function rolesOfBefore() {
  const stack = existsSync(pulumiPath()) ? await currentStack() : undefined;
  if (!stack?.exists) return rolesToProvide({});
  return rolesToProvide(await configuredImages(stack.name), await configuredConsumerTypes(stack.name));
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
  /** @type {{ dashboard?: string, prometheus?: string }} */
  const outputs = parseJson(await pulumi(["stack", "output", "--json", "--stack", stack]));
  const next = [
    [outputs.dashboard, "the dashboard, in a browser"],
    [outputs.prometheus, "Prometheus, in a browser"],
    ["npx pulumi config set devices 5 && npx pulumi up", "five devices"],
    ["npm run status", "how everything does, in the terminal"],
    ["npm run logs -- console", "observations as they arrive"],
    ["npm run lake", "rows in the Delta table"],
    ["npm run down", "take it all away"],
  ].filter(([what]) => what !== undefined);
  console.log(`
Stack "${stack}" runs:

${table([["ROLE", "NAME", "STATUS"], ...rows])}

Next:
${table(next.map(([what = "", why = ""]) => [`  ${what}`, `  ${why}`]))}`);
}
