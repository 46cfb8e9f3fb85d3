import { showProblem } from "../../../apps/shared/contract/problems";
import { ConfigError, parseStackConfig } from "../parse";

/** The problems of a raw configuration, a line each. */
export function problemsWith(raw: Readonly<Record<string, unknown>>, stack = "dev"): string[] {
  try {
    parseStackConfig(stack, raw);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(showProblem);
    throw error;
  }
}
