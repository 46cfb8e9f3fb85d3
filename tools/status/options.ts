import { commands } from "../commands.mjs";
import { parseCommand } from "../setup/command.mjs";

/** What `npm run status` is asked for. */
export interface StatusOptions {
  /** Undefined for the stack of the working copy. */
  readonly stack: string | undefined;
  /** Goes on until it is interrupted. */
  readonly watch: boolean;
  readonly json: boolean;
}

/** @throws UsageError */
export function parseOptions(args: readonly string[]): StatusOptions {
  const { stack, watch, json } = parseCommand(commands.status, args).values;
  return { stack, watch, json };
}
