// npm run lake: an overview of the stack's table, and its latest rows; npm run lake -- "SQL": the result of a query.
import { print } from "../../apps/shared/stdout";
import { commands } from "../commands.mjs";
import { runCommand } from "../setup/command.mjs";
import { stackName } from "../setup/stack.mjs";
import { findLakeContainers } from "./table/container";
import { readLag } from "./kafka-offsets";
import { newestRows } from "./newest-rows";
import { type LakeOptions, parseOptions } from "./options";
import { resultPrinter } from "./output/print-result";
import { describeLake, describeRows } from "./report";
import { readLake, withSql } from "./stack-lake";
import { describeUnread, type UnreadFile } from "./sql/views";

void runCommand(commands.lake, async () => {
  const options = parseOptions(process.argv.slice(2));
  const stack = options.stack ?? (await stackName());
  const unread = await (options.sql === undefined
    ? report(stack, options)
    : query(stack, options.sql, options));
  for (const file of unread) console.error(`Left out: ${describeUnread(file)}`);
  return unread.length === 0 ? 0 : 1;
});

/** @returns the files that could not be read. */
async function report(stack: string, { rows }: LakeOptions): Promise<readonly UnreadFile[]> {
  const containers = await findLakeContainers(stack);
  const lake = await readLake(containers);
  const lag = await readLag(stack, lake.bronze.state.transactions);
  await print(`${describeLake(lake, lag, Date.now())}\n`);
  const unread: UnreadFile[] = [];
  const newest = await newestRows(lake.bronze.table, lake.bronze.files, rows, (file) => unread.push(file));
  if (newest.length > 0) await print(`\n${describeRows(newest)}\n`);
  return unread;
}

/** @returns the files that could not be read. */
async function query(stack: string, sql: string, { format }: LakeOptions): Promise<readonly UnreadFile[]> {
  const containers = await findLakeContainers(stack);
  return withSql(containers, async (session) => {
    await session.query(sql, resultPrinter(format, print));
    return session.unread;
  });
}
