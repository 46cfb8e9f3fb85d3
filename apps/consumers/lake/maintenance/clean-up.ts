import { decodePath, encodePath, type RemoveFile } from "../../../shared/delta/log/actions";
import { decodeWhole, type Snapshot } from "../../../shared/delta/log/snapshot";
import type { LogStore, TableStorage } from "../../../shared/delta/storage/storage";
import { delay } from "../../../shared/shutdown";

/**
 * A file that no commit names may be on its way into the table: it is left alone for that long, however short removed
 * files are kept.
 */
const youngestOrphanMs = 3_600_000;

/** How many checkpoints are kept whatever their age: the newest may turn out to be damaged. */
const keptCheckpoints = 2;

/** Removed files whose time is over. @param removedBefore milliseconds since 1970 */
export function expired(tombstones: Iterable<RemoveFile>, removedBefore: number): string[] {
  const paths: string[] = [];
  // As other readers have it, a file that was removed at an unknown time was removed long ago.
  for (const { path, deletionTimestamp = 0 } of tombstones) {
    if (deletionTimestamp < removedBefore) paths.push(path);
  }
  return paths;
}

/**
 * The place of a removed file in the table's directory; undefined if it lies elsewhere, or if a file of the table lies
 * there, which other writers may have written differently in the log.
 */
export function deletablePath({ files }: Pick<Snapshot, "files">, path: string): string | undefined {
  const decoded = decodePath(path);
  if (isElsewhere(decoded)) return undefined;
  return [path, decoded, encodePath(decoded)].some((name) => files.has(name)) ? undefined : decoded;
}

/** Deletes removed files whose time is over, and forgets them. @returns how many. */
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
 * Deletes data files that the log does not know and that are old enough: left behind by writers that were killed.
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
    // Such a name cannot be compared with what is found in the directory.
    if (isElsewhere(decoded)) return 0;
    known.add(decoded);
  }
  const modifiedBefore = now - Math.max(retentionMs, youngestOrphanMs);
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
 * Removes log entries and checkpoints that were written before a time and that no reader needs: those before the older
 * of the two newest checkpoints that are whole.
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

/** How much longer than the work the rest after it is: ingestion has the machine for most of the time. */
const restFactor = 3;

/** Work for shorter than this may go on without a rest. */
const stretchMs = 50;

/** Spreads long work so that it leaves most of the machine to others. */
export class Pace {
  private began = performance.now();

  constructor(private readonly signal: AbortSignal) {}

  /** Rests if the work since the last rest took a while. @returns `aborted` if the work is to end. */
  async rest(): Promise<"go on" | "aborted"> {
    const worked = performance.now() - this.began;
    if (worked > stretchMs) {
      await delay(restAfter(worked), this.signal);
      this.began = performance.now();
    }
    return this.signal.aborted ? "aborted" : "go on";
  }
}

/** How long to rest after work, in milliseconds. */
export function restAfter(workedMs: number): number {
  return restFactor * workedMs;
}
