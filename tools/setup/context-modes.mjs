import { chmodSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The file modes of image contents, as Git records them. Part of each recipe that copies files. */
export const contextModes = { program: 0o755, file: 0o644, folder: 0o755 };

/**
 * Gives everything in a folder the modes that Git records. A umask removes permissions when the project is cloned or a jar is fetched;
 * in the image, another user needs them.
 *
 * @param {string} folder
 */
export function setContextModes(folder) {
  chmodSync(folder, contextModes.folder);
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const isProgram = (statSync(path).mode & 0o100) !== 0;
    if (entry.isDirectory()) chmodSync(path, contextModes.folder);
    else chmodSync(path, isProgram ? contextModes.program : contextModes.file);
  }
}
