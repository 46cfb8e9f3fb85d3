import type { Action, CommitInfo } from "./actions";

/** Where a commit of this project comes from. */
export interface Origin {
  /** The program that writes. */
  readonly engine: string;
  /** As Spark names it. */
  readonly operation: string;
  /** Whether the commit was made without regard to what is in the table. */
  readonly isBlindAppend: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Unique to each commit that is attempted, see {@link isOwnCommit}. */
  readonly txnId: string;
}

/** The action that says where a commit comes from. */
export function commitInfo({ engine, operation, isBlindAppend, now, txnId }: Origin): Action {
  const info: CommitInfo = {
    timestamp: now,
    operation,
    operationParameters: {},
    isBlindAppend,
    engineInfo: engine,
    txnId,
  };
  return { commitInfo: info };
}

/** Whether a commit found in the log is the one that was attempted: the success of an attempt may not be reported. */
export function isOwnCommit(info: CommitInfo | undefined, txnId: string): boolean {
  return info?.txnId === txnId;
}
