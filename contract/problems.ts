import type { z } from "zod";

/** One problem of an input: its place, the value found there, and what to write instead. */
export interface Problem {
  /** Path of the value, as a user writes it: `devices[1].sensors[0].interval`, or the name of a variable. */
  readonly path: string;
  /** The value found; `undefined` if there was none. */
  readonly found: unknown;
  /** What to write instead, as an imperative or an expectation: `write a whole number from 1 to 9`. */
  readonly remedy: string;
}

/** Stands for a secret value, which is never shown. */
export const secretValue = { toJSON: () => "[secret]" } as const;

const longestValueShown = 80;
/** The remedy for an unknown key. */
export const unknownKeyRemedy = "remove it, there is no such key";

/** Writes a value so that a user recognises it, cut to one short line. */
export function showValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === secretValue) return "a secret";
  const text = JSON.stringify(value);
  return text.length <= longestValueShown ? text : `${text.slice(0, longestValueShown - 1)}…`;
}

/** Writes a path of keys and indexes in the notation of `pulumi config set --path`. */
function showPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (String(part).includes(".")) return `${text}["${String(part)}"]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
}

/** Writes one problem as one line: `brokers: found 12; write a whole number from 1 to 9`. */
export function showProblem({ path, found, remedy }: Problem): string {
  return `${path === "" ? "" : `${path}: `}found ${showValue(found)}; ${remedy}`;
}

/**
 * Turns zod's issues into problems, each with the value at its path in `input`. Each unknown key becomes a problem of its own.
 * @param remedyOf gives a more precise remedy than the schema
 */
export function problemsOf(
  error: z.core.$ZodError,
  input: unknown,
  remedyOf: RemedyOf = ({ remedy }) => remedy,
): Problem[] {
  const problemAt = (path: readonly PropertyKey[], remedy: string): Problem => {
    const found = valueAt(input, path);
    const parent = valueAt(input, path.slice(0, -1));
    return { path: showPath(path), found, remedy: remedyOf({ path, found, parent, remedy }) };
  };
  return error.issues.flatMap((issue): Problem[] =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => problemAt([...issue.path, key], unknownKeyRemedy))
      : [problemAt(issue.path, issue.message)],
  );
}

/** Gives the remedy for a value, from its path, the value itself, the object around it, and the schema's remedy. */
export type RemedyOf = (problem: {
  readonly path: readonly PropertyKey[];
  readonly found: unknown;
  readonly parent: unknown;
  readonly remedy: string;
}) => string;

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    input,
  );
}
