/** A number that JavaScript cannot represent: `1e400` would become infinite, and 9007199254740993 would become ...992. It is shown as written. */
export class WrittenNumber {
  constructor(private readonly digits: string) {}

  toString(): string {
    return this.digits;
  }

  toJSON(): unknown {
    return rawJson(this.digits);
  }
}

const rawJson = (JSON as unknown as { readonly rawJSON: (digits: string) => unknown }).rawJSON;

/** `JSON.parse` with a feature that TypeScript's types still lack: the reviver gets the source text of a value. */
const parse = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

/**
 * Reads JSON that a user wrote. A number that reading would change becomes a {@link WrittenNumber}, which every schema of numbers refuses.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return parse(text, (_key, value, { source = "" }) =>
    typeof value === "number" && isChanged(value, source) ? new WrittenNumber(source) : value,
  );
}

function isChanged(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return true;
  return /^-?\d+$/.test(source) && !Number.isSafeInteger(value) && String(value) !== source;
}
