import { decodePath, encodePath, type RemoveFile } from "../../../shared/delta/log/actions";
import { decodeWhole, type Snapshot } from "../../../shared/delta/log/snapshot";
import type { LogStore, TableStorage } from "../../../shared/delta/storage/storage";
import { delay } from "../../../shared/shutdown";

/**
 * A file that no commit names may be on its way into the table: it is kept at least this long, even if removed files are kept for a
 * shorter time.
 */
const minOrphanAgeMs = 3_600_000;

/** How many checkpoints are kept whatever their age, because the latest may turn out to be damaged. */
const keptCheckpoints = 2;

/** Removed files whose retention is over. @param removedBefore milliseconds since 1970 */
export function expired(tombstones: Iterable<RemoveFile>, removedBefore: number): string[] {
  const paths: string[] = [];
  // Like other programs, this takes a file that was removed at an unknown time as removed long ago.
  for (const { path, deletionTimestamp = 0 } of tombstones) {
    if (deletionTimestamp < removedBefore) paths.push(path);
  }
  return paths;
}

/**
 * The path of a removed file in the table's directory; undefined if it is outside, or if a file of the table has this path, which other
 * writers may have encoded differently in the log.
 */
export function deletablePath({ files }: Pick<Snapshot, "files">, path: string): string | undefined {
  const decoded = decodePath(path);
  if (isElsewhere(decoded)) return undefined;
  return [path, decoded, encodePath(decoded)].some((name) => files.has(name)) ? undefined : decoded;
}

/** Deletes removed files whose retention is over, and forgets them. @returns how many. */
export async function removeExpired(
  storage: TableStorage,
  snapshot: Snapshot,
  removedBefore: number,
): Promise<number> {
  const paths = expired(snapshot.tombstones.values(), removedBefore);
  const deletable = paths.map((path) => deletablePath(snapshot, path)).filter((path) => path !== undefined);
  await storage.files.remove(deletable);
  snapshot.forget(paths);
  return deletable.length;
}

/**
 * Deletes old data files that the log does not know: killed writers have left them behind.
 * @param now milliseconds since 1970
 * @returns how many.
 */
export async function removeOrphans(
  storage: TableStorage,
  snapshot: Snapshot,
  retentionMs: number,
  now: number,
  pace: Pace,
): Promise<number> {
  const known = new Set<string>();
  for (const path of [...snapshot.files.keys(), ...snapshot.tombstones.keys()]) {
    const decoded = decodePath(path);
    // Such a path cannot be compared with those in the directory.
    if (isElsewhere(decoded)) return 0;
    known.add(decoded);
  }
  const modifiedBefore = now - Math.max(retentionMs, minOrphanAgeMs);
  let removed = 0;
  for await (const found of storage.files.walk()) {
    const orphans = found
      .filter(({ path, modifiedAt }) => path.endsWith(".parquet") && modifiedAt < modifiedBefore)
      .map(({ path }) => path)
      .filter((path) => !known.has(path));
    await storage.files.remove(orphans);
    removed += orphans.length;
    if ((await pace.rest()) === "aborted") break;
  }
  return removed;
}

/**
 * Removes log entries and checkpoints that were written before a time and that no reader needs: those before the older of the two
 * latest whole checkpoints.
 * @param writtenBefore milliseconds since 1970
 * @returns how many files.
 */
export async function cleanUpLog(log: LogStore, writtenBefore: number): Promise<number> {
  const { checkpoints, commits } = await log.list();
  let whole = 0;
  for (const version of checkpoints.toReversed()) {
    if (version <= (commits[0] ?? 0)) return 0;
    const contents = await log.readCheckpoint(version);
    if (contents === undefined || (await decodeWhole(contents)) === undefined) continue;
    if (++whole === keptCheckpoints) return log.removeBefore(version, writtenBefore);
  }
  return 0;
}

function isElsewhere(path: string): boolean {
  return path.startsWith("/") || /^[a-z][a-z0-9+.-]*:/i.test(path) || path.split("/").includes("..");
}

/** How much longer than the work its pause is, so that ingestion has the machine for most of the time. */
const restFactor = 3;

/** Shorter work may continue without a pause. */
const stretchMs = 50;

/** Spreads long work, so that it leaves most of the machine to other threads. */
export class Pace {
  private began = performance.now();

  constructor(private readonly signal: AbortSignal) {}

  /** Pauses if the work since the last pause took a while. @returns `aborted` if the work must end. */
  async rest(): Promise<"go on" | "aborted"> {
    const worked = performance.now() - this.began;
    if (worked > stretchMs) {
      await delay(restAfter(worked), this.signal);
      this.began = performance.now();
    }
    return this.signal.aborted ? "aborted" : "go on";
  }
}

/** How long to pause after work, in milliseconds. */
export function restAfter(workedMs: number): number {
  return restFactor * workedMs;
}
