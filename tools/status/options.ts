import { parseArgs } from "node:util";
import { messageOf, SetupError } from "../setup/errors.mjs";

/** What `npm run status` is asked for. */
export interface StatusOptions {
  /** Undefined for the stack of the working copy. */
  readonly stack: string | undefined;
  /** Goes on until it is interrupted. */
  readonly watch: boolean;
  readonly json: boolean;
}

const usage = "Usage: npm run status [-- --watch] [--json] [--stack NAME]";

/** @throws SetupError with the usage. */
export function parseOptions(args: readonly string[]): StatusOptions {
  try {
    const options = {
      stack: { type: "string" },
      watch: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    return { stack: values.stack, watch: values.watch, json: values.json };
  } catch (error) {
    throw new SetupError(`${messageOf(error)}\n${usage}`);
  }
}
