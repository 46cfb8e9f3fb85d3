// npm run lake: what is in the table of the stack, and its newest rows; npm run lake -- "SQL": what a query says of it.
import { print } from "../../apps/shared/stdout";
import { commands } from "../commands.mjs";
import { runCommand } from "../setup/command.mjs";
import { stackName } from "../setup/stack.mjs";
import { findLakeContainers } from "./container";
import { readLag } from "./lag";
import { newestRows } from "./newest-rows";
import { type LakeOptions, parseOptions } from "./options";
import { resultPrinter } from "./print-result";
import { describeLake, describeRows } from "./report";
import { readLake, withSql } from "./stack-lake";

void runCommand(commands.lake, async () => {
  const options = parseOptions(process.argv.slice(2));
  const stack = options.stack ?? (await stackName());
  await (options.sql === undefined ? report(stack, options) : query(stack, options.sql, options));
  return 0;
});

async function report(stack: string, { rows }: LakeOptions): Promise<void> {
  const containers = await findLakeContainers(stack);
  const lake = await readLake(containers);
  const lag = await readLag(stack, lake.bronze.state.transactions);
  await print(`${describeLake(lake, lag, Date.now())}\n`);
  const newest = await newestRows(lake.bronze.table, lake.bronze.files, rows);
  if (newest.length > 0) await print(`\n${describeRows(newest)}\n`);
}

async function query(stack: string, sql: string, { format }: LakeOptions): Promise<void> {
  const containers = await findLakeContainers(stack);
  await withSql(containers, (session) => session.query(sql, resultPrinter(format, print)));
}
