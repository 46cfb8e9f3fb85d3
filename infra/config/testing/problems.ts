import { showProblem } from "../../../contract/problems";
import { ConfigError, parseStackConfig, type ParseContext } from "../parse";
import { noFiles } from "./surroundings";

/** The problems of a raw configuration, a line each. */
export function problemsWith(
  raw: Readonly<Record<string, unknown>>,
  stack = "dev",
  surroundings: ParseContext = noFiles,
): string[] {
  try {
    parseStackConfig(stack, raw, surroundings);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(showProblem);
    throw error;
  }
}

/** The problem of one broker property, without its path; undefined if it has none. */
export function propertyProblem(
  name: string,
  value: unknown,
  more: Readonly<Record<string, unknown>> = {},
): string | undefined {
  const problems = problemsWith({ kafka: { properties: { [name]: value } }, ...more });
  if (problems.length > 1) throw new Error(`More than one problem:\n${problems.join("\n")}`);
  return problems[0]?.replace(`kafka.properties["${name}"]: `, "");
}
