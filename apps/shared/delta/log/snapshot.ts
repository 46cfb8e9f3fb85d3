import type { LogReader, LogStore } from "../storage/storage";
import type { Action, AddFile, RemoveFile, Transaction } from "./actions";
import {
  type CheckpointFiles,
  type CheckpointState,
  decodeCheckpointFiles,
  decodeCheckpointState,
  encodeCheckpoint,
  type EncodedCheckpoint,
} from "./checkpoint";
import type { TableDefinition } from "./protocol";
import { type LogStart, readCommits, replayLog } from "./read-log";
import { type Commit, Replay, stateAtCheckpoint, type TableState } from "./state";

type WholeCheckpoint = CheckpointState & CheckpointFiles;

/** A whole table: its state and its files. Commits are applied to it, so that following a log costs only what is new. */
export class Snapshot {
  private readonly replay: Replay;
  private readonly liveFiles = new Map<string, AddFile>();
  private readonly removedFiles = new Map<string, RemoveFile>();
  private readonly latest = new Map<string, Transaction>();
  /** The checkpoint that reading started from, if any. */
  readonly checkpoint: number | undefined;
  /** Checkpoints that turned out to be damaged. */
  readonly unreadable: readonly number[];

  constructor(start?: Pick<LogStart<WholeCheckpoint>, "base" | "unreadable">) {
    const base = start?.base;
    this.replay = new Replay(base === undefined ? undefined : stateAtCheckpoint(base.version, base.value));
    this.checkpoint = base?.version;
    this.unreadable = start?.unreadable ?? [];
    for (const add of base?.value.adds ?? []) this.liveFiles.set(add.path, add);
    for (const remove of base?.value.removes ?? []) this.removedFiles.set(remove.path, remove);
    for (const transaction of base?.value.transactions ?? []) this.latest.set(transaction.appId, transaction);
  }

  /** @throws DeltaError LOG_INCOMPLETE if the commit is not the next one. */
  apply(commit: Commit): void {
    this.replay.apply(commit);
    applyFiles(this.liveFiles, commit.actions);
    for (const action of commit.actions) {
      if ("txn" in action) this.latest.set(action.txn.appId, action.txn);
      else if ("remove" in action && !this.liveFiles.has(action.remove.path))
        this.removedFiles.set(action.remove.path, action.remove);
      else if ("add" in action) this.removedFiles.delete(action.add.path);
    }
  }

  /** Forgets removed files that were deleted from the table's directory. */
  forget(paths: readonly string[]): void {
    for (const path of paths) this.removedFiles.delete(path);
  }

  get version(): number {
    return this.replay.version;
  }

  /** @throws DeltaError LOG_INCOMPLETE if the log does not describe a table; PROTOCOL_UNSUPPORTED. */
  get state(): TableState {
    return this.replay.state();
  }

  /** The protocol and metadata, whether this project can read the table or not. @throws DeltaError LOG_INCOMPLETE. */
  get definition(): TableDefinition {
    return this.replay.uncheckedState();
  }

  /** The data files of the table, by their paths in the log. */
  get files(): ReadonlyMap<string, AddFile> {
    return this.liveFiles;
  }

  /** Files that are no longer in the table, but may still be in its directory. */
  get tombstones(): ReadonlyMap<string, RemoveFile> {
    return this.removedFiles;
  }

  /**
   * The checkpoint of this version.
   * @param removedBefore milliseconds since 1970: files removed earlier are omitted.
   */
  encode(removedBefore: number): EncodedCheckpoint {
    const { protocol, metadata } = this.state;
    return encodeCheckpoint(
      { protocol, metadata, transactions: [...this.latest.values()] },
      {
        adds: [...this.liveFiles.values()],
        removes: [...this.removedFiles.values()].filter(
          ({ deletionTimestamp = 0 }) => deletionTimestamp >= removedBefore,
        ),
      },
    );
  }
}

/** Decodes a checkpoint with its files; returns undefined if it is damaged. */
export async function decodeWhole(contents: Uint8Array): Promise<WholeCheckpoint | undefined> {
  const state = await decodeCheckpointState(contents);
  const files = state === undefined ? undefined : await decodeCheckpointFiles(contents);
  return state === undefined || files === undefined ? undefined : { ...state, ...files };
}

/** Reads a whole table. @returns undefined if the log is empty. @throws DeltaError if it cannot be read. */
export function readSnapshot(log: LogReader): Promise<Snapshot | undefined> {
  return replayLog(
    log,
    (_version, contents) => decodeWhole(contents),
    (start) => new Snapshot(start),
  );
}

/**
 * Applies the new commits of the log.
 * @returns false if the log was cleaned up beyond this snapshot, which must be read again then.
 */
export async function catchUp(snapshot: Snapshot, log: LogStore): Promise<boolean> {
  for await (const commit of readCommits(log, snapshot.version + 1)) snapshot.apply(commit);
  return log.has(snapshot.version);
}

/**
 * Applies one more commit to the data files of a table, by path; changes `files` in place, because there may be very many. Within one
 * commit the order of `add` and `remove` does not matter. A path with both stays in the table: another program has changed which of its
 * rows are marked as deleted.
 */
export function applyFiles(files: Map<string, AddFile>, actions: readonly Action[]): void {
  for (const action of actions) if ("remove" in action) files.delete(action.remove.path);
  for (const action of actions) if ("add" in action) files.set(action.add.path, action.add);
}
