import { randomUUID } from "node:crypto";
import { type Action, type AddFile, commitInfo, formatCommit, isOwnCommit } from "../log/actions";
import { readCommits } from "../log/read-log";
import type { Commit } from "../log/state";
import type { LogStore } from "../storage/storage";

/** Data files to be replaced by others with the same rows, or whose description changes. */
export interface Rewrite {
  /** The version of the table that holds `removes`. */
  readonly since: number;
  /** Files of the table at that version. */
  readonly removes: readonly AddFile[];
  /** Data files that are written already, or files of the table at that version; at least one. */
  readonly adds: readonly AddFile[];
  /** The name that Spark uses; that of compaction if undefined. */
  readonly operation?: string;
  /** The program that writes, for the table's history. */
  readonly engine: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type RewriteResult =
  | { readonly kind: "committed"; readonly version: number }
  /** Nothing was committed: `version` changed one of the files or the definition of the table, or the log was cleaned up. */
  | { readonly kind: "conflict"; readonly version: number };

/**
 * Replaces files by others with the same rows, or changes their description, in one commit. It takes place only if nobody else changed
 * those files; appends of others do not conflict.
 * @throws DeltaError if the log cannot be read or written. The commit may then have taken place or not.
 */
export async function rewriteFiles(log: LogStore, rewrite: Rewrite): Promise<RewriteResult> {
  const txnId = randomUUID();
  const text = formatCommit(actionsOf(rewrite, txnId));
  const paths = new Set([...rewrite.removes, ...rewrite.adds].map(({ path }) => path));
  let version = rewrite.since;
  for (;;) {
    for await (const commit of readCommits(log, version + 1)) {
      version = commit.version;
      // The commit may be this very one, from an attempt whose success was not reported.
      if (isOwn(commit, txnId)) return { kind: "committed", version };
      if (disturbs(commit, paths)) return { kind: "conflict", version };
    }
    // If others have passed this version and cleaned it up, the commit would be in no reader's table.
    if (!(await log.has(version))) return { kind: "conflict", version };
    const attempt = version + 1;
    if ((await log.putIfAbsent(attempt, text)) === "exists") continue;
    if (await log.has(version)) return { kind: "committed", version: attempt };
    await log.remove(attempt);
    return { kind: "conflict", version };
  }
}

function actionsOf({ removes, adds, engine, now, operation = "OPTIMIZE" }: Rewrite, txnId: string): Action[] {
  return [
    commitInfo({ engine, operation, isBlindAppend: false, now, txnId }),
    ...removes.map(({ path, partitionValues, size }) => ({
      remove: {
        path,
        deletionTimestamp: now,
        dataChange: false,
        extendedFileMetadata: true,
        partitionValues,
        size,
      },
    })),
    ...adds.map((add) => ({ add: { ...add, dataChange: false } })),
  ];
}

function isOwn({ actions }: Commit, txnId: string): boolean {
  return actions.some((action) => "commitInfo" in action && isOwnCommit(action.commitInfo, txnId));
}

function disturbs({ actions }: Commit, paths: ReadonlySet<string>): boolean {
  return actions.some((action) => {
    if ("add" in action) return paths.has(action.add.path);
    if ("remove" in action) return paths.has(action.remove.path);
    return "metaData" in action || "protocol" in action;
  });
}
