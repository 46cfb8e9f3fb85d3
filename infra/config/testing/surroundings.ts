import type { ParseContext } from "../parse";

/** A project without files to replay, at a time of its own. */
export const noFiles: ParseContext = {
  readFile: () => ({
    kind: "problem",
    reason: "name a file that there is; paths begin at the project's directory",
  }),
  nowMs: Date.parse("2026-11-23T00:00:00Z"),
};

/** The same with these files. */
export function withFiles(files: Readonly<Record<string, string>>): ParseContext {
  return {
    ...noFiles,
    readFile: (path) => {
      const text = files[path];
      return text === undefined ? noFiles.readFile(path) : { kind: "bytes", bytes: Buffer.from(text) };
    },
  };
}
