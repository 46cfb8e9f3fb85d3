import { commands } from "../commands.mjs";
import { parseCommand } from "../setup/command.mjs";

/** The options of `npm run status`. */
export interface StatusOptions {
  /** Undefined for the stack of the working copy. */
  readonly stack: string | undefined;
  /** Repeats until it is interrupted. */
  readonly watch: boolean;
  readonly json: boolean;
}

/** @throws UsageError */
export function parseOptions(args: readonly string[]): StatusOptions {
  const { stack, watch, json } = parseCommand(commands.status, args).values;
  return { stack, watch, json };
}
