/** A number that JavaScript does not have: `1e400` would be infinite, and 9007199254740993 become ...992. Shown as it was written. */
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

/** `JSON.parse` with what TypeScript does not know of it yet: a reviver is told how a value was written. */
const parse = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

/**
 * Reads JSON that a user wrote. Numbers that would be changed by that are of another type, so that every schema of numbers refuses
 * them.
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
