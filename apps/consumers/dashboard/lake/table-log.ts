import type { CommitFrame } from "../../../../contract/frames/frames";
import { type Action, parseCommit } from "../../../shared/delta/actions";
import {
  type CheckpointState,
  decodeCheckpointState,
  visitCheckpointFiles,
} from "../../../shared/delta/checkpoint";
import type { TableReading } from "../../../shared/delta/local-reader";
import { readCommits, replayLog } from "../../../shared/delta/log";
import { type Commit, Replay, stateAtCheckpoint } from "../../../shared/delta/state";
import { messageOf } from "../../../shared/text";
import { commitFrame, LiveFiles, rowsOf } from "./live-files";

/** How a commit changed the data files, by their paths. */
export interface FileChange {
  /** Files with rows that the table did not have before. */
  readonly brought: readonly string[];
  /** Whether the table has all rows that it had before; if not, the log does not show which are gone. */
  readonly keepsRows: boolean;
}

/** What an update found in a log. */
export type LogNews =
  /** The table exists for the first time, or is another one than before. */
  { readonly kind: "replaced" } | { readonly kind: "commits"; readonly changes: readonly FileChange[] };

const maxFrames = 50;
/** A log that cannot be read is read from its start again only now and then: a long log takes long. */
const loadAgainMs = 10_000;

/** The state of one table by its log, followed commit by commit. */
export class TableLog {
  private loaded: Loaded | undefined;
  private latestProblem: string | undefined;
  private loadFromMs = -Infinity;

  constructor(private readonly table: TableReading) {}

  /** Why the log cannot be read, one line. The state stays as it was last read. */
  get problem(): string | undefined {
    return this.latestProblem;
  }

  /** Undefined while there is no table. */
  get version(): number | undefined {
    return this.loaded?.replay.version;
  }

  /** The version of each application transaction (`txn`). */
  get transactions(): ReadonlyMap<string, number> {
    return this.loaded?.replay.uncheckedState().transactions ?? new Map<string, number>();
  }

  get files(): LiveFiles {
    return this.loaded?.files ?? new LiveFiles();
  }

  /** The latest commits, the latest first. */
  get commits(): readonly CommitFrame[] {
    return this.loaded?.frames ?? [];
  }

  /** Reads new commits. Never rejects. */
  async update(nowMs: number): Promise<LogNews> {
    const changes: FileChange[] = [];
    try {
      if (this.loaded !== undefined && (await this.follow(this.loaded, changes))) {
        this.latestProblem = undefined;
        return { kind: "commits", changes };
      }
    } catch (error) {
      // A problem of a moment is no reason to read everything again.
      if (this.latestProblem === undefined) this.loadFromMs = nowMs + loadAgainMs;
      this.latestProblem = messageOf(error);
    }
    return this.load(nowMs, changes);
  }

  /** @returns false if commits were cleaned up before they could be read, or the log was removed */
  private async follow(loaded: Loaded, changes: FileChange[]): Promise<boolean> {
    for await (const commit of readCommits(this.table.log, loaded.replay.version + 1))
      changes.push(loaded.apply(commit));
    // A table that this reader does not support must not be shown.
    loaded.replay.requireReadable();
    return this.table.log.has(loaded.replay.version);
  }

  private async load(nowMs: number, changes: readonly FileChange[]): Promise<LogNews> {
    if (nowMs < this.loadFromMs) return { kind: "commits", changes };
    this.loadFromMs = nowMs + loadAgainMs;
    try {
      const { log } = this.table;
      const loaded = await replayLog(log, decode, ({ base }) => new Loaded(base));
      loaded?.replay.requireReadable();
      await loaded?.readFrames((version) => log.read(version));
      const existed = loaded !== undefined || this.loaded !== undefined;
      this.loaded = loaded;
      this.latestProblem = undefined;
      if (loaded === undefined) this.loadFromMs = -Infinity;
      return existed ? { kind: "replaced" } : { kind: "commits", changes: [] };
    } catch (error) {
      this.latestProblem = messageOf(error);
      return { kind: "commits", changes };
    }
  }
}

interface Base extends CheckpointState {
  readonly files: LiveFiles;
}

async function decode(_version: number, contents: Uint8Array): Promise<Base | undefined> {
  const state = await decodeCheckpointState(contents);
  const files = new LiveFiles();
  const isWhole = state !== undefined && (await visitCheckpointFiles(contents, (add) => files.add(add)));
  return isWhole ? { ...state, files } : undefined;
}

/** A table that was read; commits are applied to it. */
class Loaded {
  readonly replay: Replay;
  readonly files: LiveFiles;
  frames: readonly CommitFrame[] = [];

  constructor(base: { readonly version: number; readonly value: Base } | undefined) {
    this.replay = new Replay(base === undefined ? undefined : stateAtCheckpoint(base.version, base.value));
    this.files = base?.value.files ?? new LiveFiles();
  }

  apply(commit: Commit): FileChange {
    const { files } = this;
    this.replay.apply(commit);
    const change = fileChange(commit.actions, files);
    this.frames = [commitFrame(commit), ...this.frames.slice(0, maxFrames - 1)];
    // A path that a commit removes and adds stays, as in files.ts.
    for (const action of commit.actions) if ("remove" in action) files.remove(action.remove.path);
    for (const action of commit.actions) if ("add" in action) files.add(action.add);
    return change;
  }

  /** Reads the latest commits that a checkpoint has made unnecessary, as far as they exist and can be read. */
  async readFrames(read: (version: number) => Promise<string | undefined>): Promise<void> {
    let version = this.replay.version - this.frames.length;
    const older: CommitFrame[] = [];
    while (version >= 0 && older.length + this.frames.length < maxFrames) {
      const frame = frameOf(version, await read(version));
      if (frame === undefined) break;
      older.push(frame);
      version--;
    }
    this.frames = [...this.frames, ...older];
  }
}

function frameOf(version: number, text: string | undefined): CommitFrame | undefined {
  try {
    return text === undefined ? undefined : commitFrame({ version, actions: parseCommit(version, text) });
  } catch {
    return undefined;
  }
}

/** @param files of the table before the commit */
function fileChange(actions: readonly Action[], files: LiveFiles): FileChange {
  const brought: string[] = [];
  let keepsRows = true;
  let moved = 0;
  let hasRemoves = false;
  for (const action of actions) {
    if (!("remove" in action)) continue;
    hasRemoves = true;
    if (action.remove.dataChange) keepsRows = false;
    moved -= files.get(action.remove.path)?.rows ?? 0;
  }
  for (const action of actions) {
    if (!("add" in action)) continue;
    const { add } = action;
    // Other programs add a file again to update its metadata.
    if (files.has(add.path)) continue;
    if (add.dataChange || !hasRemoves) brought.push(add.path);
    else moved += rowsOf(add);
  }
  return { brought, keepsRows: keepsRows && moved === 0 };
}
