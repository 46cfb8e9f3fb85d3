import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Files and directories of the project that the app image is made from. Tests lie beside the code and are left out. */
const sources = ["apps", "contract", "infra/app-image", "package-lock.json"];
const isTest = (path: string) => path.endsWith(".test.ts");

/**
 * A short hash of everything that the app image is made from: the apps, how they are bundled, and the packages they use.
 * Equal sources have equal hashes on every machine, and it takes milliseconds where bundling takes half a second.
 */
export function hashSources(projectDirectory: string): string {
  const hash = createHash("sha256");
  const paths = sources
    .flatMap((source) => filesUnder(projectDirectory, source))
    .filter((path) => !isTest(path));
  for (const path of paths.sort()) {
    const content = readFileSync(join(projectDirectory, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 12);
}

/** The files at or under a path, with slashes on every system. */
function filesUnder(projectDirectory: string, path: string): string[] {
  if (path.includes(".")) return [path];
  return readdirSync(join(projectDirectory, path), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(projectDirectory.length + 1)
        .replaceAll("\\", "/"),
    );
}
