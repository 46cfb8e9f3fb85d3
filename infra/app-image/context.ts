import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The files that an image is built from: content by path in the context, with slashes on every system. */
export type BuildContext = ReadonlyMap<string, Uint8Array>;

/**
 * Makes a directory hold exactly a build context. Files are replaced whole and only if they differ, so that an `up` of
 * another stack that builds from the same directory is not disturbed.
 */
export function writeContext(directory: string, context: BuildContext): void {
  mkdirSync(directory, { recursive: true });
  removeOthers(directory, context);
  for (const [name, content] of context) {
    const path = join(directory, name);
    if (existsSync(path) && readFileSync(path).equals(content)) continue;
    mkdirSync(dirname(path), { recursive: true });
    // Beside the directory, not in it: whatever is in it becomes part of the image.
    const unfinished = `${directory}-${process.pid}-${name.replaceAll("/", "-")}`;
    writeFileSync(unfinished, content);
    renameSync(unfinished, path);
  }
}

/** Removes what is not of the context, and directories that hold nothing of it or lie where one of its files has to. */
function removeOthers(directory: string, context: BuildContext, prefix = ""): void {
  for (const entry of readdirSync(join(directory, prefix), { withFileTypes: true })) {
    const name = prefix + entry.name;
    const isWanted = entry.isDirectory()
      ? [...context.keys()].some((path) => path.startsWith(`${name}/`))
      : context.has(name);
    if (!isWanted) rmSync(join(directory, name), { recursive: true });
    else if (entry.isDirectory()) removeOthers(directory, context, `${name}/`);
  }
}
