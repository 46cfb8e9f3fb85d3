import { showProblem } from "../../contract/problems";
import { ConfigError, type ParseContext, parseStackConfig, readStackConfig } from "../config/parse";
import type { StackSpec } from "../model/spec";

/** A project without files to replay, at a fixed time. */
export const noFiles: ParseContext = {
  readFile: () => ({
    kind: "problem",
    reason: "name an existing file; paths start at the project's directory",
  }),
  nowMs: Date.parse("2026-11-23T00:00:00Z"),
};

/** The same project with these files. */
export function withFiles(files: Readonly<Record<string, string>>): ParseContext {
  return {
    ...noFiles,
    readFile: (path) => {
      const text = files[path];
      return text === undefined ? noFiles.readFile(path) : { kind: "bytes", bytes: Buffer.from(text) };
    },
  };
}

type RawConfig = Readonly<Record<string, unknown>>;

/** The specification that a raw configuration gives. @throws ConfigError if something is wrong with the configuration */
export function specOf(raw: RawConfig, stack = "dev", context: ParseContext = noFiles): StackSpec {
  return parseStackConfig(stack, raw, context);
}

/** The specification that a raw configuration gives as far as the configuration can be read. */
export function readableSpecOf(raw: RawConfig, stack = "dev", context: ParseContext = noFiles): StackSpec {
  return readStackConfig(stack, raw, context).spec;
}

/** The problems of a raw configuration, one line each. */
export function problemsWith(raw: RawConfig, stack = "dev", context: ParseContext = noFiles): string[] {
  try {
    parseStackConfig(stack, raw, context);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(showProblem);
    throw error;
  }
}

/** The problem of one broker property, without its path; undefined if there is none. */
export function propertyProblem(name: string, value: unknown, more: RawConfig = {}): string | undefined {
  const problems = problemsWith({ kafka: { properties: { [name]: value } }, ...more });
  if (problems.length > 1) throw new Error(`More than one problem:\n${problems.join("\n")}`);
  return problems[0]?.replace(`kafka.properties["${name}"]: `, "");
}
