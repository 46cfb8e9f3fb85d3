import { createHash } from "node:crypto";
import { posix, win32 } from "node:path";
import { parseReplayTable } from "../../contract/models/replay-table";
import type { Problem } from "../../contract/problems";
import type { ReplayFile } from "../model/spec";
import { type ParsedConfig, problemWith } from "./parsed-config";

/** The content of a file of the project, or why it cannot be read. */
export type FileReading =
  { readonly kind: "bytes"; readonly bytes: Buffer } | { readonly kind: "problem"; readonly reason: string };

/** Reads a file of the project. @param path from the project's directory, with slashes */
export type ReadProjectFile = (path: string) => FileReading;

/** Maximum size of a file to replay. `pulumi up` reads the file each time, and each container that replays it keeps it in memory. */
export const maxReplayBytes = 2 ** 20;

/** The files that sensors replay, by their paths in the configuration, and what is wrong with them. */
export interface ReplayFiles {
  readonly files: ReadonlyMap<string, ReplayFile>;
  readonly problems: readonly Problem[];
}

/** Reads and checks the files that the devices' sensors replay. */
export function readReplayFiles({ readableDevices }: ParsedConfig, read: ReadProjectFile): ReplayFiles {
  const files = new Map<string, ReplayFile>();
  const problems = new Map<string, Problem>();
  for (const { settings, path } of readableDevices.flatMap(({ sensors }) => sensors)) {
    const { model } = settings;
    if (model.type !== "replay" || problems.has(path)) continue;
    const { file } = model;
    const report = (remedy: string) =>
      problems.set(path, problemWith({ path: `${path}.model.file`, written: file }, remedy));
    if (!isWithinProject(file)) {
      report(
        'copy it into the project and write its path from there, such as "signals/boiler.csv": a file outside the project is missing on other machines',
      );
      continue;
    }
    const reading = read(file);
    if (reading.kind === "problem") {
      report(reading.reason);
      continue;
    }
    const { column, timeColumn } = model;
    const table = parseReplayTable(reading.bytes, { column, timeColumn });
    if (table.kind === "problem")
      report(`correct ${file}${table.line === undefined ? "" : `, line ${table.line}`}: ${table.reason}`);
    files.set(file, { name: `${hashOf(reading.bytes)}.csv`, content: reading.bytes.toString("utf8") });
  }
  return { files, problems: [...problems.values()] };
}

/** With a path of one machine, or a path out of the project, only that machine could make the stack. */
function isWithinProject(path: string): boolean {
  if (posix.isAbsolute(path) || win32.isAbsolute(path)) return false;
  return !/^\.\.(?:\/|$)/.test(posix.normalize(path.replaceAll("\\", "/")));
}

function hashOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
