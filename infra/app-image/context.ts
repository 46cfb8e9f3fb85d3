import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** The files that an image is built from: content by path in the context, with slashes on every system. */
export type BuildContext = ReadonlyMap<string, Uint8Array>;

/**
 * The engine copies modes into the image, where another user reads the files than the one who wrote them: permissions that a umask takes
 * away here would be missing there. `COPY --chmod` needs BuildKit, and `RUN chmod` a shell, which not every base image has.
 */
const modes = { file: 0o644, directory: 0o755 } as const;

/** A short hash of a context, modes included: an image that is named by it has the same content everywhere. */
export function contextHash(context: BuildContext): string {
  const hash = createHash("sha256").update(JSON.stringify(modes));
  for (const [name, content] of [...context].sort(([one], [other]) => (one < other ? -1 : 1)))
    hash.update(`\0${name}\0${content.length}\0`).update(content);
  return hash.digest("hex").slice(0, 12);
}

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
    chmodSync(unfinished, modes.file);
    renameSync(unfinished, path);
  }
  setModes(directory);
}

/** Gives a written context its modes, whatever umask it was written or copied with. */
export function setModes(directory: string): void {
  chmodSync(directory, modes.directory);
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true }))
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? modes.directory : modes.file);
}

/** Removes files that are not of the context, and directories that hold nothing of it or lie in the place of one of its files. */
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
