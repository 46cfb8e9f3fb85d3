import { coloursFor, wantsColours } from "../../apps/shared/colours";
import { aborted } from "../../apps/shared/shutdown";
import { print } from "../../apps/shared/stdout";
import { commands } from "../commands.mjs";
import { runCommand } from "../setup/command.mjs";
import { SetupError } from "../setup/errors.mjs";
import { stackName } from "../setup/stack.mjs";
import { parseOptions, type StatusOptions } from "./options";
import { describeStatus, statusJson, summarize } from "./report";
import { Screen } from "./screen";
import type { Snapshot } from "./snapshot";
import { troublesOf } from "./troubles";
import { eachSecond, StackWatch } from "./watch";

// npm run status: how everything of a stack does, on one screen; -- --watch goes on; -- --json for programs.

/** There is nothing to look at, or what was asked for cannot be understood: not the same as a stack that is not well. */
const nothingToSee = 2;
/** As shells have it: 128 and the number of SIGINT. */
const interruptedCode = 130;

void runCommand(commands.status, async () => {
  try {
    return await status(parseOptions(process.argv.slice(2)));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    return nothingToSee;
  }
});

async function status(options: StatusOptions): Promise<number> {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => interrupted.abort());
  process.stdout.on("error", () => interrupted.abort());
  const stack = new StackWatch(options.stack ?? (await stackName()), () => {
    if (process.stderr.isTTY)
      console.error("The stack has no dashboard to ask: looking at it takes some seconds.");
  });
  try {
    if (options.watch) return await follow(stack, options, interrupted.signal);
    const snapshot = await Promise.race([stack.look(), aborted(interrupted.signal)]);
    if (snapshot === undefined) return interruptedCode;
    const text = options.json ? statusJson(snapshot) : describe(snapshot).join("\n");
    await print(`${text}\n`);
    return troublesOf(snapshot).length === 0 ? 0 : 1;
  } finally {
    await stack.close();
  }
}

/** Shows the stack each second until it is interrupted. */
async function follow(stack: StackWatch, { json }: StatusOptions, signal: AbortSignal): Promise<number> {
  const first = await stack.look();
  const screen = process.stdout.isTTY && !json ? new Screen(process.stdout) : undefined;
  const show = async (snapshot: Snapshot) => {
    if (screen !== undefined) screen.draw(describe(snapshot));
    else await print(`${json ? statusJson(snapshot) : summarize(snapshot)}\n`);
  };
  try {
    await show(first);
    await eachSecond(signal, async () => show(await stack.look()));
    return 0;
  } finally {
    screen?.close();
  }
}

function describe(snapshot: Snapshot): string[] {
  return describeStatus(snapshot, coloursFor(wantsColours(process.env, process.stdout.isTTY)));
}
