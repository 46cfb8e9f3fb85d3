// npm test: set-up, then every check; npm test -- lint unit runs those alone. Leaves the machine as it found it.
import { join } from "node:path";
import { commands } from "./commands.mjs";
import { checks, runCheck, selectChecks, summary } from "./setup/checks.mjs";
import { runCommand, wrongUsage } from "./setup/command.mjs";
import { stopStartedEngine } from "./setup/engine.mjs";
import { root, toolEnvironment } from "./setup/environment.mjs";
import { Interrupted, quoted, SetupError } from "./setup/errors.mjs";
import { runForeground } from "./setup/foreground.mjs";
import { imageRoles } from "./setup/images.mjs";
import { seconds } from "./setup/progress.mjs";
import { setUp } from "./setup/setup.mjs";

/** @type {NodeJS.Signals | undefined} */
let stoppedBy;
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => (stoppedBy ??= signal));
}

await runCommand(commands.test, async ({ positionals }) => {
  const selected = selectChecks([...positionals]);
  if (selected === undefined) {
    const names = checks.map(({ name }) => name);
    const unknown = positionals.find((name) => !names.includes(name)) ?? "";
    throw wrongUsage(commands.test, `${quoted(unknown)}: a CHECK is one of ${names.join(", ")}`);
  }
  const total = { passed: 0, failed: 0, skipped: 0 };
  try {
    const real = selected.some(({ name }) => name === "e2e");
    await setUp(real ? { pulumi: true, images: imageRoles, python: true, spark: true, chromium: true } : {});
    await runAll(selected, total);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.message}`);
    total.failed++;
  } finally {
    if (await stopStartedEngine()) console.error("Stopped the Docker engine that this had started.");
  }
  // The last line, which is what whoever runs this in CI reads.
  console.log(`\n${summary(total)}`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
});
/**
 * Goes on after a failed check, so that one run tells everything.
 *
 * @param {import("./setup/checks.mjs").Check[]} selected
 * @param {import("./setup/checks.mjs").Counts} total is added to
 */
async function runAll(selected, total) {
  for (const check of selected) {
    const startedMs = Date.now();
    console.log(`\n── ${check.title}`);
    const counts = await runCheck(check, run);
    if (stoppedBy !== undefined) throw new Interrupted(stoppedBy);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    console.log(`── ${check.title}: ${summary(counts)} (${seconds(Date.now() - startedMs)})`);
  }
}

/** @param {string[]} command */
async function run([command = "", ...args]) {
  const path = join(root, "node_modules", ".bin", command);
  return (await runForeground(path, args, { cwd: root, env: toolEnvironment() })).code;
}
