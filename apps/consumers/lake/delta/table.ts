import { randomUUID } from "node:crypto";
import {
  type Action,
  type AddFile,
  type CommitInfo,
  formatCommit,
  type Metadata,
  parseCommit,
} from "./actions";
import { LakeError } from "./errors";
import { readCommits } from "./log";
import { requireSchema, schemaString, type TableSchema } from "./schema";
import { type Commit, Replay, requireContiguous, supportedProtocol, type TableState } from "./state";
import type { TableStorage } from "./storage";

/**
 * How far one application comes with a commit. The commit takes place only if the application stands at `from` in the
 * table at that moment: this is what makes rows and offsets move together, whoever else writes.
 */
export interface TransactionStep {
  readonly appId: string;
  /** What the table must hold; undefined if it must hold nothing. */
  readonly from: number | undefined;
  readonly to: number;
}

/** What is to be appended to a table in one atomic step. */
export interface Append {
  /** Of data files that are written already. */
  readonly adds: readonly AddFile[];
  /** At most one for each application. */
  readonly transactions: readonly TransactionStep[];
}

export type CommitResult =
  | { readonly kind: "committed"; readonly version: number }
  /** Nothing was committed: at `version` the table held something else than `from` for these applications. */
  | { readonly kind: "conflict"; readonly version: number; readonly appIds: readonly string[] };

export interface TableDescription {
  /** The table's name in its metadata. */
  readonly name: string;
  readonly schema: TableSchema;
  /** The program that writes, for the table's history. */
  readonly engine: string;
}

/** A Delta table that is open for appending. Its methods are to be called one at a time. */
export class DeltaTable {
  private constructor(
    private readonly storage: TableStorage,
    private readonly description: TableDescription,
    private current: TableState,
  ) {}

  /**
   * Opens a table, or makes it if there is none yet; of several who make it at once, one does and all open it.
   * @throws LakeError if what is there cannot be read or appended to.
   */
  static async open(storage: TableStorage, description: TableDescription): Promise<DeltaTable> {
    const versions = await storage.log.list();
    requireContiguous(versions);
    if (versions.length === 0) {
      // Whether this makes the table or another was faster: what is there now is read.
      await storage.log.putIfAbsent(0, formatCommit(creation(description)));
    }
    const replay = new Replay();
    for await (const commit of readCommits(storage.log, 0)) replay.apply(commit);
    const state = replay.state();
    requireSchema(storage.location, description.schema, state.metadata);
    return new DeltaTable(storage, description, state);
  }

  /** The table as this process last saw it. */
  get state(): TableState {
    return this.current;
  }

  /** Sees what others have committed. @throws LakeError, LAKE_TABLE_CHANGED among others. */
  async refresh(): Promise<TableState> {
    for await (const commit of readCommits(this.storage.log, this.current.version + 1)) this.advance(commit);
    return this.current;
  }

  /**
   * Appends atomically. Commits of others that do not touch the same applications are no conflict.
   * @throws LakeError if the log cannot be written, or somebody changed what the table is. The commit may then have
   *   taken place or not; only the log knows.
   */
  async append({ adds, transactions }: Append): Promise<CommitResult> {
    const now = Date.now();
    const txnId = randomUUID();
    const text = formatCommit([
      { commitInfo: commitInfo(this.description.engine, "STREAMING UPDATE", now, txnId) },
      ...transactions.map(({ appId, to }) => ({ txn: { appId, version: to, lastUpdated: now } })),
      ...adds.map((add) => ({ add })),
    ]);
    for (;;) {
      const { version, transactions: held } = this.current;
      const overtaken = transactions.filter(({ appId, from }) => held.get(appId) !== from);
      if (overtaken.length > 0)
        return { kind: "conflict", version, appIds: overtaken.map(({ appId }) => appId) };

      const attempt = version + 1;
      if ((await this.storage.log.putIfAbsent(attempt, text)) === "exists") {
        // The winner may be this very commit, written by an attempt whose success was not reported.
        if ((await this.readCommit(attempt)).commitInfo?.txnId !== txnId) continue;
      } else {
        this.advance({ version: attempt, actions: parseCommit(attempt, text) });
      }
      return { kind: "committed", version: attempt };
    }
  }

  /** Sees exactly one commit that is known to be there. */
  private async readCommit(version: number): Promise<TableState> {
    const text = await this.storage.log.read(version);
    if (text === undefined) {
      throw new LakeError(
        "LAKE_LOG_INCOMPLETE",
        `version ${version} of the Delta log was there and has gone: something else removes files from ` +
          this.storage.location,
        { canRetry: true },
      );
    }
    this.advance({ version, actions: parseCommit(version, text) });
    return this.current;
  }

  private advance(commit: Commit): void {
    const replay = new Replay(this.current);
    replay.apply(commit);
    if (commit.actions.some((action) => "metaData" in action || "protocol" in action)) {
      throw new LakeError(
        "LAKE_TABLE_CHANGED",
        `another program changed the metadata or the protocol of ${this.storage.location} in version ${commit.version}: ` +
          "start again to look at it afresh",
        { canRetry: true },
      );
    }
    this.current = replay.state();
  }
}

function creation({ name, schema, engine }: TableDescription): Action[] {
  const now = Date.now();
  const metaData: Metadata = {
    id: randomUUID(),
    name,
    format: { provider: "parquet", options: {} },
    schemaString: schemaString(schema),
    partitionColumns: schema.partitionColumns,
    configuration: {},
    createdTime: now,
  };
  return [
    { commitInfo: commitInfo(engine, "CREATE TABLE", now, randomUUID()) },
    { protocol: supportedProtocol },
    { metaData },
  ];
}

function commitInfo(engineInfo: string, operation: string, timestamp: number, txnId: string): CommitInfo {
  return { timestamp, operation, operationParameters: {}, isBlindAppend: true, engineInfo, txnId };
}
