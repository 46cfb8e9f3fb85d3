// Runs before `npx pulumi destroy`, which removes volumes by name, even those that another state has made.
import { parseArgs } from "node:util";
import { readExportedState } from "../../infra/targets/docker/preflight/state";
import { SetupError } from "../setup/errors.mjs";
import { runMain } from "../setup/main.mjs";
import { findStack, pulumi } from "../setup/stack.mjs";
import { adoptedBy, lookAt } from "./look";

void runMain(async () => {
  const options = { stack: { type: "string", short: "s" } } as const;
  const { values } = parseArgs({ args: process.argv.slice(2), options, strict: false });
  const { name, exists } = await findStack(typeof values.stack === "string" ? values.stack : undefined);
  if (!exists) return 0;
  const state = readExportedState(await pulumi(["stack", "export", "--stack", name]));
  const { foreign } = await lookAt(name, state, await adoptedBy(name));
  const volumes = foreign.filter((each) => each.kind === "volume" && state.volumes.has(each.name));
  if (volumes.length === 0) return 0;
  throw new SetupError(
    `The state of stack "${name}" lists volumes that another state has: ${volumes.map((each) => each.name).join(", ")}.\n` +
      "`pulumi destroy` would delete them. `npm run down` takes down what is this state's own and leaves them.",
  );
});
