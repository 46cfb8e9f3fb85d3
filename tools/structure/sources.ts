import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sources } from "./import-graph";

const isCode = (path: string) => /\.(ts|tsx|mjs)$/.test(path);

/** The code that git knows in a working copy, or that a commit of it has. Paths are relative to the root. */
export function codeOf(root: string, commit?: string): Sources {
  if (commit !== undefined) return codeAt(root, commit);
  const listed = git(root, ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  const paths = listed.toString().split("\0").filter(isCode);
  return new Map(paths.flatMap((path) => existing(root, path)));
}

/** One process reads all files: `git cat-file --batch` answers each name with a line that ends with the size, and the contents. */
function codeAt(root: string, commit: string): Sources {
  const paths = git(root, ["ls-tree", "-r", "-z", "--name-only", commit])
    .toString()
    .split("\0")
    .filter(isCode);
  const answers = git(root, ["cat-file", "--batch"], paths.map((path) => `${commit}:${path}\n`).join(""));
  const sources = new Map<string, string>();
  let at = 0;
  for (const path of paths) {
    const start = answers.indexOf("\n", at) + 1;
    const bytes = Number(
      answers
        .toString("latin1", at, start - 1)
        .split(" ")
        .at(-1),
    );
    sources.set(path, answers.toString("utf8", start, start + bytes));
    at = start + bytes + 1;
  }
  return sources;
}

function git(root: string, args: readonly string[], input = ""): Buffer {
  return execFileSync("git", args, {
    cwd: root,
    input,
    maxBuffer: 1 << 28,
    stdio: ["pipe", "pipe", "ignore"],
  });
}

/** Nothing for a file that is deleted, and not yet from git. */
function existing(root: string, path: string): [string, string][] {
  try {
    return [[path, readFileSync(join(root, path), "utf8")]];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

export const isTest = (path: string) =>
  path.includes(".test.") || path.includes("/testing/") || path.startsWith("test/");
