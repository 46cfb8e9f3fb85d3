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

// npm run status: the state of a stack on one screen; -- --watch repeats it; -- --json for programs.

/** The exit code if there is no such stack, or the arguments are wrong. A stack with problems has another one. */
const noStackCode = 2;
/** As in shells: 128 and the number of SIGINT. */
const interruptedCode = 130;

void runCommand(commands.status, async () => {
  try {
    return await status(parseOptions(process.argv.slice(2)));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    return noStackCode;
  }
});

async function status(options: StatusOptions): Promise<number> {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => interrupted.abort());
  process.stdout.on("error", () => interrupted.abort());
  const stack = new StackWatch(options.stack ?? (await stackName()), () => {
    if (process.stderr.isTTY)
      console.error("The stack has no dashboard: reading its state takes some seconds.");
  });
  try {
    if (options.watch) return await follow(stack, options, interrupted.signal);
    const snapshot = await Promise.race([stack.snapshot(), aborted(interrupted.signal)]);
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
  const first = await stack.snapshot();
  const screen = process.stdout.isTTY && !json ? new Screen(process.stdout) : undefined;
  const show = async (snapshot: Snapshot) => {
    if (screen !== undefined) screen.draw(describe(snapshot));
    else await print(`${json ? statusJson(snapshot) : summarize(snapshot)}\n`);
  };
  try {
    await show(first);
    await eachSecond(signal, async () => show(await stack.snapshot()));
    return 0;
  } finally {
    screen?.close();
  }
}

function describe(snapshot: Snapshot): string[] {
  return describeStatus(snapshot, coloursFor(wantsColours(process.env, process.stdout.isTTY)));
}
