/** Writes variables as `NAME=value` lines, sorted: the provider compares them in order. */
export function environmentLines(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}
