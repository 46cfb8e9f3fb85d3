// npm run doctor: what the machine has and lacks, and what `npm start` would do. Changes nothing.
import { commands } from "./commands.mjs";
import { table } from "./setup/containers.mjs";
import { Machine } from "./setup/machine.mjs";
import { runCommand } from "./setup/command.mjs";
import { byHandOf, plan } from "./setup/part.mjs";
import { imageRoles } from "./setup/images.mjs";
import { partsFor } from "./setup/setup.mjs";

await runCommand(commands.doctor, async () => {
  const machine = new Machine();
  const parts = partsFor({ pulumi: true, images: imageRoles, python: true, spark: true, chromium: true });
  const plans = await Promise.all(parts.map(async (part) => ({ part, plan: await plan(part, machine) })));
  const rows = plans.map(({ part, plan: { there, found, way, obstacles } }) => {
    const action = there ? "nothing" : [...obstacles, way?.what ?? "CANNOT BE HAD"].join("; ");
    const short = found.length > 60 ? `${found.slice(0, 59)}…` : found;
    return [there ? "ok" : way ? "-" : "!", part.name, short, part.needed, action];
  });
  console.log(table([["", "PART", "FOUND", "NEEDED", "WHAT npm start DOES"], ...rows]));
  console.log("\nOnly npm test needs Python packages, Spark and Chromium.");
  const missing = plans.filter(({ plan }) => !plan.there && plan.way === undefined);
  for (const { part, plan } of missing) {
    const reasons = plan.obstacles.join("; ");
    console.log(`\n${part.name}: ${byHandOf(part, plan.obstacles) || reasons}`);
  }
  return missing.length === 0 ? 0 : 1;
});
