import type { LogListing } from "./storage";

/** The directory of a table's log, in the table's root. */
export const logDirectory = "_delta_log";

/** The file that names the last checkpoint. */
export const lastCheckpointName = "_last_checkpoint";

/** The name of a log entry's file in the directory `_delta_log`. */
export function logFileName(version: number): string {
  return `${digits(version)}.json`;
}

/** The name of a checkpoint's file in the directory `_delta_log`. */
export function checkpointName(version: number): string {
  return `${digits(version)}.checkpoint.parquet`;
}

/** The version of a log entry, by the name of its file; undefined for any other file. */
export function logFileVersion(name: string): number | undefined {
  return versionIn(/^(\d{20})\.json$/, name);
}

/** The version of a checkpoint of one file, by its name; undefined for any other file, including parts of checkpoints. */
function checkpointVersion(name: string): number | undefined {
  return versionIn(/^(\d{20})\.checkpoint\.parquet$/, name);
}

/** The versions in a listing of the directory `_delta_log`. */
export function listingOf(names: readonly string[]): LogListing {
  const versions = (versionOf: (name: string) => number | undefined) =>
    names
      .map(versionOf)
      .filter((version) => version !== undefined)
      .sort((one, other) => one - other);
  return { commits: versions(logFileVersion), checkpoints: versions(checkpointVersion) };
}

/** The text of `_last_checkpoint`. */
export function formatLastCheckpoint(version: number, actions: number): string {
  return JSON.stringify({ version, size: actions });
}

/** The version that `_last_checkpoint` names; undefined if it names none. */
export function parseLastCheckpoint(text: string): number | undefined {
  try {
    const { version } = JSON.parse(text) as { version?: unknown };
    return Number.isSafeInteger(version) ? (version as number) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a file is a temporary file of the log, which a killed process leaves behind. */
export function isTemporary(name: string): boolean {
  return /^\.(\d{20}\.(json|checkpoint\.parquet)|_last_checkpoint)\..+\.tmp$/.test(name);
}

function versionIn(pattern: RegExp, name: string): number | undefined {
  const found = pattern.exec(name)?.[1];
  return found === undefined ? undefined : Number(found);
}

function digits(version: number): string {
  return String(version).padStart(20, "0");
}
