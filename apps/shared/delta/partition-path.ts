/**
 * The directory of a partition by Hive's convention, as `year=2026/month=11`, not encoded for the log. Values are whole
 * numbers, so nothing in them needs an escape.
 */
export function partitionDirectory(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([column, value]) => `${column}=${value}`)
    .join("/");
}

/** A file's path as the log holds it: URI-encoded, `/` and `=` left as they are. */
export function encodePath(path: string): string {
  return path
    .split("/")
    .map((part) => encodeURIComponent(part).replaceAll("%3D", "="))
    .join("/");
}

/** The path that a log entry means. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
