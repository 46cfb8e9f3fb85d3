// npm test: set-up, then every check; npm test -- lint unit runs those alone, npm test -- e2e pipeline one file. Leaves the machine as it
// found it.
import { join } from "node:path";
import { commands } from "./commands.mjs";
import { selectChecks, summary } from "./setup/checks.mjs";
import { runCommand, wrongUsage } from "./setup/command.mjs";
import { stopStartedEngine } from "./setup/engine.mjs";
import { root, toolEnvironment } from "./setup/environment.mjs";
import { runForeground } from "./setup/foreground.mjs";
import { imageRoles } from "./setup/images.mjs";
import { Progress } from "./setup/progress.mjs";
import { runChecks } from "./setup/run-checks.mjs";
import { isSetUp, setUp } from "./setup/setup.mjs";

/** @type {NodeJS.Signals | undefined} */
let stoppedBy;
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => (stoppedBy ??= signal));
}

const machine = { pulumi: true, images: imageRoles, python: true, spark: true, chromium: true };

await runCommand(commands.test, async ({ positionals }) => {
  const selection = selectChecks(positionals);
  if ("problem" in selection) throw wrongUsage(commands.test, selection.problem);
  const progress = new Progress();
  /** @type {import("./setup/checks.mjs").Counts} */
  let total;
  try {
    total = await runChecks(selection.selected, {
      setUpPackages: () => setUp({}, { progress }),
      isMachineReady: () => isSetUp(machine),
      setUpMachine: () => setUp(machine, { progress }),
      run: async ([command = "", ...args], { env, print }) => {
        const path = join(root, "node_modules", ".bin", command);
        const options = { cwd: root, env: { ...toolEnvironment(), ...env }, print };
        return (await runForeground(path, args, options)).code;
      },
      print: (text) => progress.aside(() => process.stdout.write(text)),
      now: Date.now,
      stoppedBy: () => stoppedBy,
    });
  } finally {
    if (await stopStartedEngine()) console.error("Stopped the Docker engine that this had started.");
  }
  // The last line: CI reads it.
  console.log(`\n${summary(total)}`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
});
