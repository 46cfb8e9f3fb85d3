import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * The contents of a directory, by path: a hash of each file, and when it was last written.
 * @param below only this path and its contents
 */
export async function listingOf(directory: string, below = directory): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name));
  const wanted = paths.filter((path) => `${path}/`.startsWith(`${below}/`)).sort();
  return Object.fromEntries(
    await Promise.all(wanted.map(async (path): Promise<[string, string]> => [path, await describe(path)])),
  );
}

async function describe(path: string): Promise<string> {
  const found = await stat(path);
  if (found.isDirectory()) return "a directory";
  const hash = createHash("sha256").update(await readFile(path));
  return `${hash.digest("hex")} of ${found.mtimeMs}`;
}
