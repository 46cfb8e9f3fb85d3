import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ParseContext } from "./parse";
import { maxReplayBytes, type ReadProjectFile } from "./replay-files";
import { showSizeBytes } from "../model/units";

const projectDirectory = dirname(dirname(__dirname));

/** Reads a file of the working copy that is to be replayed, if it is not larger than such files may be. */
const readProjectFile: ReadProjectFile = (path) => {
  try {
    const file = join(projectDirectory, path);
    const { size } = statSync(file);
    if (size > maxReplayBytes) {
      const most = showSizeBytes(maxReplayBytes);
      return { kind: "problem", reason: `shorten it to ${most}, of which it has ${showSizeBytes(size)}` };
    }
    return { kind: "bytes", bytes: readFileSync(file) };
  } catch (error) {
    return { kind: "problem", reason: reasonOf(error as NodeJS.ErrnoException) };
  }
};

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT" || code === "ENOTDIR")
    return "name a file that there is; paths begin at the project's directory";
  if (code === "EISDIR") return "name a file; this is a directory";
  return `make it a file that can be read: ${message}`;
}

/** What a stack's configuration is read against: the files of the working copy, and the clock. */
export function projectContext(): ParseContext {
  return { readFile: readProjectFile, nowMs: Date.now() };
}
