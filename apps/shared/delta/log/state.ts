import { DeltaError } from "../errors";
import type { Action, CommitInfo, Metadata, Protocol } from "./actions";
import type { CheckpointState } from "./checkpoint";
import { requireReadable } from "./protocol";

/**
 * What a writer must know about a table: everything but its files, so that it stays small after any number of commits. A reader
 * needs a snapshot.
 */
export interface TableState {
  readonly version: number;
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  /** The latest version of each application that ever committed one. */
  readonly transactions: ReadonlyMap<string, number>;
  /** The origin of the latest commit, if the commit names it. */
  readonly commitInfo: CommitInfo | undefined;
}

/** The protocol versions of the tables that this project creates: no column mapping, no table features. */
export const supportedProtocol = { minReaderVersion: 1, minWriterVersion: 2 } as const satisfies Protocol;

/** One commit of a table, read from its log. */
export interface Commit {
  readonly version: number;
  readonly actions: readonly Action[];
}

/** Folds commits into the state of a table; starts before version 0, or after a known state. */
export class Replay {
  private applied: number;
  private protocol: Protocol | undefined;
  private metadata: Metadata | undefined;
  private commitInfo: CommitInfo | undefined;
  private readonly transactions: Map<string, number>;

  constructor(state?: TableState) {
    this.applied = state?.version ?? -1;
    this.protocol = state?.protocol;
    this.metadata = state?.metadata;
    this.commitInfo = state?.commitInfo;
    this.transactions = new Map(state?.transactions);
  }

  /** @throws DeltaError LOG_INCOMPLETE if the commit is not the next one. */
  apply({ version, actions }: Commit): void {
    requireNext(this.applied, version);
    this.applied = version;
    this.commitInfo = undefined;
    for (const action of actions) {
      if ("protocol" in action) this.protocol = action.protocol;
      else if ("metaData" in action) this.metadata = action.metaData;
      else if ("txn" in action) this.transactions.set(action.txn.appId, action.txn.version);
      else if ("commitInfo" in action) this.commitInfo = action.commitInfo;
    }
  }

  /** The version of the latest commit; -1 if there was none. */
  get version(): number {
    return this.applied;
  }

  /** @throws DeltaError as {@link uncheckedState}; PROTOCOL_UNSUPPORTED. Requirements that earlier versions had do not matter. */
  state(): TableState {
    this.requireReadable();
    return this.uncheckedState();
  }

  /** @throws DeltaError PROTOCOL_UNSUPPORTED if this project cannot read such a table. */
  requireReadable(): void {
    const { protocol, metadata } = this;
    if (protocol !== undefined && metadata !== undefined) requireReadable({ protocol, metadata });
  }

  /**
   * The state, whether this project can read such a table or not.
   * @throws DeltaError LOG_INCOMPLETE if the applied commits do not describe a table.
   */
  uncheckedState(): TableState {
    const { version, protocol, metadata, commitInfo } = this;
    if (protocol === undefined || metadata === undefined) {
      const missing = protocol === undefined ? "protocol" : "metaData";
      throw new DeltaError(
        "LOG_INCOMPLETE",
        version < 0
          ? "the Delta log is empty: there is no table"
          : `the Delta log has no ${missing} action: it does not describe a table; restore it from a copy`,
      );
    }
    return { version, protocol, metadata, transactions: new Map(this.transactions), commitInfo };
  }
}

/** The state of a table at a checkpoint, whether this project can read it or not. */
export function stateAtCheckpoint(
  version: number,
  { protocol, metadata, transactions }: CheckpointState,
): TableState {
  return {
    version,
    protocol,
    metadata,
    transactions: new Map(transactions.map(({ appId, version: reached }) => [appId, reached])),
    commitInfo: undefined,
  };
}

function requireNext(version: number, next: number): void {
  if (next === version + 1) return;
  throw new DeltaError(
    "LOG_INCOMPLETE",
    `version ${version + 1} of the Delta log is missing (the next one found is ${next}): restore it from a copy`,
  );
}
