import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { showSizeBytes } from "../model/units";
import type { ParseContext } from "./parse";
import { maxReplayBytes, type ReadProjectFile } from "./replay-files";

const projectDirectory = dirname(dirname(__dirname));

/** Reads a file to replay from the working copy, unless it is too large. */
const readProjectFile: ReadProjectFile = (path) => {
  try {
    const file = join(projectDirectory, path);
    const { size } = statSync(file);
    if (size > maxReplayBytes) {
      const max = showSizeBytes(maxReplayBytes);
      return { kind: "problem", reason: `shorten it to ${max}; it has ${showSizeBytes(size)}` };
    }
    return { kind: "bytes", bytes: readFileSync(file) };
  } catch (error) {
    return { kind: "problem", reason: reasonOf(error as NodeJS.ErrnoException) };
  }
};

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT" || code === "ENOTDIR")
    return "name an existing file; paths start at the project's directory";
  if (code === "EISDIR") return "name a file; this is a directory";
  return `make it a file that can be read: ${message}`;
}

/** The context in which a stack's configuration is read: the files of the working copy, and the clock. */
export function projectContext(): ParseContext {
  return { readFile: readProjectFile, nowMs: Date.now() };
}
