import { createHash } from "node:crypto";
import { posix, win32 } from "node:path";
import { parseReplayTable } from "../../contract/models/replay-table";
import type { Problem } from "../../contract/problems";
import type { ReplayFile } from "../model/spec";
import type { PlacedSensor } from "./fill-in";

/** What a file of the project holds, or why that is not known. */
export type FileReading =
  { readonly kind: "bytes"; readonly bytes: Buffer } | { readonly kind: "problem"; readonly reason: string };

/** Reads a file of the project, by its path from the project's directory with slashes. */
export type ReadProjectFile = (path: string) => FileReading;

/** The largest file that can be replayed: it is read at every `pulumi up`, and is in memory in each container that replays it. */
export const maxReplayBytes = 2 ** 20;

/** The files that sensors replay, by their paths in the configuration, and what is wrong with them. */
export interface ReplayFiles {
  readonly files: ReadonlyMap<string, ReplayFile>;
  readonly problems: readonly Problem[];
}

/** Reads and checks the files that sensors replay. */
export function readReplayFiles(sensors: readonly PlacedSensor[], read: ReadProjectFile): ReplayFiles {
  const files = new Map<string, ReplayFile>();
  const problems = new Map<string, Problem>();
  for (const { settings, path } of sensors) {
    const { model } = settings;
    if (model.type !== "replay" || problems.has(path)) continue;
    const { file } = model;
    const tell = (remedy: string) => problems.set(path, { path: `${path}.model.file`, found: file, remedy });
    if (!isWithinProject(file)) {
      tell(
        'copy it into the project and write its path from there, such as "signals/boiler.csv": elsewhere other machines do not have it',
      );
      continue;
    }
    const reading = read(file);
    if (reading.kind === "problem") {
      tell(reading.reason);
      continue;
    }
    const { column, timeColumn } = model;
    const table = parseReplayTable(reading.bytes, { column, timeColumn });
    if (table.kind === "problem")
      tell(`correct ${file}${table.line === undefined ? "" : `, line ${table.line}`}: ${table.reason}`);
    files.set(file, { name: `${hashOf(reading.bytes)}.csv`, content: reading.bytes.toString("utf8") });
  }
  return { files, problems: [...problems.values()] };
}

/** A path of another machine's, or out of the project, would make a stack that only one machine can make. */
function isWithinProject(path: string): boolean {
  if (posix.isAbsolute(path) || win32.isAbsolute(path)) return false;
  return !/^\.\.(?:\/|$)/.test(posix.normalize(path.replaceAll("\\", "/")));
}

function hashOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
