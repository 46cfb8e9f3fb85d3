import { DeltaError } from "../errors";
import type { LogListing, LogReader } from "../storage/storage";
import { parseCommit } from "./actions";
import { type CheckpointState, decodeCheckpointState } from "./checkpoint";
import { type Commit, Replay, stateAtCheckpoint, type TableState } from "./state";

/**
 * Reads the commits of a log from `from` on, in order, until there is none.
 * @throws DeltaError LOG_CORRUPT, STORAGE_FAILED.
 */
export async function* readCommits(log: LogReader, from: number): AsyncGenerator<Commit> {
  for (let version = from; ; version++) {
    const text = await log.read(version);
    if (text === undefined) return;
    yield { version, actions: parseCommit(version, text) };
  }
}

/** Where reading a log begins. */
export interface LogStart<Base> {
  /** What a checkpoint holds; undefined if reading begins with version 0. */
  readonly base: { readonly version: number; readonly value: Base } | undefined;
  /** The newest version that the log is known to have. */
  readonly last: number;
  /** Checkpoints that were passed over because they are damaged. */
  readonly unreadable: readonly number[];
}

/**
 * Finds the newest checkpoint that can be read and that has all commits after it, or else version 0. It goes by the
 * directory: a `_last_checkpoint` that is wrong does not matter.
 * @param decode gives undefined for a checkpoint that is damaged.
 * @returns undefined if the log is empty.
 * @throws DeltaError LOG_INCOMPLETE if there is no such place.
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

/** The lowest version after which no commit is missing; -1 stands for the beginning. */
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

/** How often others may clean up the log under a reader until it gives up. */
const maxLooks = 3;

/**
 * Reads a log from its start to its end, again if entries are removed meanwhile.
 * @param decode as in {@link findStart}.
 * @param begin makes what the commits are applied to.
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
 * The state of a table by its log; reads no more of a checkpoint than the state takes.
 * @returns undefined if the log is empty.
 * @throws DeltaError if it cannot be read.
 */
export async function loadState(log: LogReader): Promise<TableState | undefined> {
  const decode = (_version: number, contents: Uint8Array) => decodeCheckpointState(contents);
  const begin = ({ base }: LogStart<CheckpointState>) =>
    new Replay(base === undefined ? undefined : stateAtCheckpoint(base.version, base.value));
  return (await replayLog(log, decode, begin))?.state();
}
