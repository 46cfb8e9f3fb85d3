import { DeltaError } from "../errors";
import type { LogListing, LogReader } from "../storage/storage";
import { parseCommit } from "./actions";
import { type CheckpointState, decodeCheckpointState } from "./checkpoint";
import { type Commit, Replay, stateAtCheckpoint, type TableState } from "./state";

/**
 * Reads the commits of a log from version `from` on, in order, up to the last.
 * @throws DeltaError LOG_CORRUPT, STORAGE_FAILED.
 */
export async function* readCommits(log: LogReader, from: number): AsyncGenerator<Commit> {
  for (let version = from; ; version++) {
    const text = await log.read(version);
    if (text === undefined) return;
    yield { version, actions: parseCommit(version, text) };
  }
}

/** Where reading of a log starts. */
export interface LogStart<Base> {
  /** The contents of a checkpoint; undefined if reading starts with version 0. */
  readonly base: { readonly version: number; readonly value: Base } | undefined;
  /** The latest version that the log is known to have. */
  readonly last: number;
  /** Checkpoints that were skipped because they are damaged. */
  readonly unreadable: readonly number[];
}

/**
 * Finds the latest readable checkpoint whose following commits are all in the log, or else version 0. It goes by the directory listing, so
 * that a wrong `_last_checkpoint` does not matter.
 * @param decode returns undefined for a damaged checkpoint.
 * @returns undefined if the log is empty.
 * @throws DeltaError LOG_INCOMPLETE if neither exists.
 */
export async function findStart<Base>(
  log: LogReader,
  decode: (version: number, contents: Uint8Array) => Promise<Base | undefined>,
): Promise<LogStart<Base> | undefined> {
  const listing = await log.list();
  const last = Math.max(listing.commits.at(-1) ?? -1, listing.checkpoints.at(-1) ?? -1);
  if (last < 0) return undefined;
  const earliest = earliestStart(listing, last);
  const unreadable: number[] = [];
  for (const version of listing.checkpoints.toReversed()) {
    if (version < earliest) break;
    const contents = await log.readCheckpoint(version);
    const value = contents === undefined ? undefined : await decode(version, contents);
    if (value !== undefined) return { base: { version, value }, last, unreadable };
    if (contents !== undefined) unreadable.push(version);
  }
  if (earliest < 0) return { base: undefined, last, unreadable };
  throw incomplete(earliest, unreadable);
}

/** The lowest version after which no commit is missing; -1 is before version 0. */
function earliestStart({ commits }: LogListing, last: number): number {
  let earliest = last;
  for (const version of commits.toReversed()) {
    if (version !== earliest) break;
    earliest--;
  }
  return earliest;
}

function incomplete(missing: number, unreadable: readonly number[]): DeltaError {
  const versions = unreadable.toSorted((one, other) => one - other).join(", ");
  return new DeltaError(
    "LOG_INCOMPLETE",
    `version ${missing} of the Delta log is missing, and there is no checkpoint from there on that this program can read` +
      (versions === "" ? "" : ` (damaged: ${versions})`) +
      ": restore the missing files of _delta_log from a copy",
  );
}

/** How often other programs may clean up the log during a read until the reader gives up. */
const maxLooks = 3;

/**
 * Reads a log from its start to its end, and reads it again if entries were removed meanwhile.
 * @param decode as in {@link findStart}.
 * @param begin creates the object that the commits are applied to.
 * @returns undefined if the log is empty.
 */
export async function replayLog<Base, Target extends { apply(commit: Commit): void }>(
  log: LogReader,
  decode: (version: number, contents: Uint8Array) => Promise<Base | undefined>,
  begin: (start: LogStart<Base>) => Target,
): Promise<Target | undefined> {
  for (let look = 1; ; look++) {
    const start = await findStart(log, decode);
    if (start === undefined) return undefined;
    const target = begin(start);
    let version = start.base?.version ?? -1;
    for await (const commit of readCommits(log, version + 1)) {
      target.apply(commit);
      version = commit.version;
    }
    if (version >= start.last) return target;
    if (look === maxLooks) throw incomplete(version + 1, []);
  }
}

/**
 * Reads the state of a table from its log, without the files in a checkpoint.
 * @returns undefined if the log is empty.
 * @throws DeltaError if it cannot be read.
 */
export async function loadState(log: LogReader): Promise<TableState | undefined> {
  const decode = (_version: number, contents: Uint8Array) => decodeCheckpointState(contents);
  const begin = ({ base }: LogStart<CheckpointState>) =>
    new Replay(base === undefined ? undefined : stateAtCheckpoint(base.version, base.value));
  return (await replayLog(log, decode, begin))?.state();
}
