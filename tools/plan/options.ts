import { commands } from "../commands.mjs";
import { parseCommand } from "../setup/command.mjs";

/** What `npm run plan` is asked for. */
export interface PlanOptions {
  /** Undefined for the stack of the working copy. */
  readonly stack: string | undefined;
  readonly json: boolean;
}

/** @throws UsageError */
export function parseOptions(args: readonly string[]): PlanOptions {
  const { stack, json } = parseCommand(commands.plan, args).values;
  return { stack, json };
}
