import { parseArgs } from "node:util";
import { messageOf, SetupError } from "../setup/errors.mjs";

/** What `npm run plan` is asked for. */
export interface PlanOptions {
  /** Undefined for the stack of the working copy. */
  readonly stack: string | undefined;
  readonly json: boolean;
}

const usage = "Usage: npm run plan [-- --stack NAME] [--json]";

/** @throws SetupError with the usage. */
export function parseOptions(args: readonly string[]): PlanOptions {
  try {
    const options = { stack: { type: "string" }, json: { type: "boolean", default: false } } as const;
    const { values } = parseArgs({ args: [...args], options });
    return { stack: values.stack, json: values.json };
  } catch (error) {
    throw new SetupError(`${messageOf(error)}\n${usage}`);
  }
}
