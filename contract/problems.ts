import type { z } from "zod";

/** One thing that is wrong with an input: where it stands, what was found there, and what to write instead. */
export interface Problem {
  /** Path of the value, as a user writes it: `devices[1].sensors[0].interval`, or the name of a variable. */
  readonly path: string;
  /** The value found; `undefined` when nothing was there. */
  readonly found: unknown;
  /** What to write instead, as an imperative or an expectation: `write a whole number from 1 to 9`. */
  readonly remedy: string;
}

/** Stands for a value that is to be shown nowhere. */
export const secretValue = { toJSON: () => "[secret]" } as const;

const longestValueShown = 80;
/** What to do about a key that there is not. */
export const unknownKeyRemedy = "remove it, there is no such key";

/** Writes a value as a user would recognise it, cut to one short line. */
export function showValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === secretValue) return "a secret";
  const text = JSON.stringify(value);
  return text.length <= longestValueShown ? text : `${text.slice(0, longestValueShown - 1)}…`;
}

/** Writes a path of keys and indexes in the notation of `pulumi config set --path`. */
export function showPath(path: readonly PropertyKey[]): string {
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
 * Turns everything zod found wrong into problems, each with the value that stands at its path in `input`.
 * An unknown key becomes one problem of its own, at the key.
 * @param remedyOf what to write instead, told more exactly than the schema does it.
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

/** Tells what to write instead of a value, from where it stands, what it and what is around it are, and what the schema says. */
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
