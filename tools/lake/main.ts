// npm run lake: what is in the table of the stack, and its newest rows.
import { parseArgs } from "node:util";
import { LakeError } from "../../apps/consumers/lake/delta/errors";
import { SetupError } from "../setup/errors.mjs";
import { runMain } from "../setup/main.mjs";
import { stackName } from "../setup/stack.mjs";
import { findLakeContainer, NotThere } from "./container";
import { newestRows } from "./newest-rows";
import { describeRows, describeTable } from "./report";
import { readSnapshot } from "./snapshot";

const usage = "Usage: npm run lake -- [--rows N] [--stack NAME]";

void runMain(async () => {
  const { rows, stack } = options(process.argv.slice(2));
  try {
    await show(stack ?? (await stackName()), rows);
    return 0;
  } catch (error) {
    if (error instanceof NotThere)
      throw new SetupError("There is no table yet: the lake makes it when it starts.");
    throw error instanceof LakeError ? new SetupError(error.message) : error;
  }
});

async function show(stack: string, rows: number): Promise<void> {
  const container = await findLakeContainer(stack);
  const log = await container.readLog();
  if (log.size === 0) throw new NotThere();
  const snapshot = readSnapshot(log);
  console.log(describeTable(container.name, snapshot, Date.now()));
  const newest = await newestRows(container, snapshot.files, rows);
  if (newest.length > 0) console.log(`\n${describeRows(newest)}`);
}

function options(args: string[]): { rows: number; stack: string | undefined } {
  try {
    const { values } = parseArgs({ args, options: { rows: { type: "string" }, stack: { type: "string" } } });
    const rows = values.rows ?? "10";
    if (!/^\d{1,6}$/.test(rows)) throw new Error(`--rows ${rows}: give a number from 0 to 999999`);
    return { rows: Number(rows), stack: values.stack };
  } catch (error) {
    throw new SetupError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}
