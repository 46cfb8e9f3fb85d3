import { randomUUID } from "node:crypto";
import { withAddedColumns } from "../data-files/new-data-file";
import { DeltaError } from "../errors";
import {
  type Action,
  type AddFile,
  commitInfo,
  formatCommit,
  isOwnCommit,
  type Metadata,
  parseCommit,
} from "../log/actions";
import { requireWritable, type TableDefinition } from "../log/protocol";
import { loadState, readCommits } from "../log/read-log";
import { type Commit, Replay, supportedProtocol, type TableState } from "../log/state";
import { addedColumns, schemaString, type TableSchema } from "../schema";
import type { TableStorage } from "../storage/storage";

/**
 * The progress of one application in a commit. The commit takes place only if the table holds `from` for the application at that moment,
 * so that rows and offsets move together, whoever else writes.
 */
export interface TransactionStep {
  readonly appId: string;
  /** The version that the table must hold; undefined if it must hold none. */
  readonly from: number | undefined;
  readonly to: number;
}

/** An atomic append to a table. */
export interface Append {
  /** Data files that are written already. */
  readonly adds: readonly AddFile[];
  /** At most one step for each application. */
  readonly transactions: readonly TransactionStep[];
}

export type CommitResult =
  | { readonly kind: "committed"; readonly version: number }
  /** Nothing was committed: at `version`, the table held another version than `from` for these applications. */
  | { readonly kind: "conflict"; readonly version: number; readonly appIds: readonly string[] };

export interface TableDescription {
  /** The table's name in its metadata. */
  readonly name: string;
  readonly schema: TableSchema;
  /** The program that writes, for the table's history. */
  readonly engine: string;
}

/** A Delta table that is open for appending. Only one of its methods may run at a time. */
export class DeltaTable {
  /** The definition of the table when this writer last checked that it can write to it. */
  private writable: TableDefinition;

  private constructor(
    private readonly storage: TableStorage,
    private readonly description: TableDescription,
    private current: TableState,
  ) {
    this.writable = current;
  }

  /**
   * Opens a table, or creates it if it does not exist; if several do so at once, one creates it and all open it.
   * @throws DeltaError if the table cannot be read or appended to.
   */
  static async open(storage: TableStorage, description: TableDescription): Promise<DeltaTable> {
    let state = await loadState(storage.log);
    if (state === undefined) {
      // Whether this process created the table or another was faster, the existing log is read.
      await storage.log.putIfAbsent(0, formatCommit(creation(description)));
      state = await loadState(storage.log);
    }
    if (state === undefined) throw gone(storage, 0);
    requireWritable(storage.location, description.schema, state);
    return new DeltaTable(storage, description, state);
  }

  /** The table as this process last saw it. */
  get state(): TableState {
    return this.current;
  }

  /** Reads the commits of others. @throws DeltaError, for example TABLE_CHANGED. */
  async refresh(): Promise<TableState> {
    await this.readOn();
    await this.isCurrent(this.current.version);
    await this.requireWritable();
    return this.current;
  }

  /**
   * Appends atomically. Commits of others conflict only if they move the same applications.
   * @throws DeltaError if the log cannot be written, or another program changed the definition of the table. Only the log shows whether
   *   the commit has taken place then.
   */
  async append({ adds, transactions }: Append): Promise<CommitResult> {
    const { engine } = this.description;
    const now = Date.now();
    const txnId = randomUUID();
    const textFor = (added: readonly string[]) =>
      formatCommit([
        commitInfo({ engine, operation: "STREAMING UPDATE", isBlindAppend: true, now, txnId }),
        ...transactions.map(({ appId, to }) => ({ txn: { appId, version: to, lastUpdated: now } })),
        ...adds.map((add) => ({ add: withAddedColumns(add, added) })),
      ]);
    for (;;) {
      await this.requireWritable();
      const text = textFor(this.added());
      const { version, transactions: held } = this.current;
      const overtaken = transactions.filter(({ appId, from }) => held.get(appId) !== from);
      if (overtaken.length > 0)
        return { kind: "conflict", version, appIds: overtaken.map(({ appId }) => appId) };

      const attempt = version + 1;
      if (!(await this.isCurrent(version))) continue;
      if ((await this.storage.log.putIfAbsent(attempt, text)) === "exists") {
        // The existing entry may be this very commit, from an attempt whose success was not reported.
        if (!isOwnCommit((await this.readCommit(attempt)).commitInfo, txnId)) continue;
      } else if (await this.storage.log.has(version)) {
        this.advance({ version: attempt, actions: parseCommit(attempt, text) });
      } else {
        await this.storage.log.remove(attempt);
        continue;
      }
      return { kind: "committed", version: attempt };
    }
  }

  /** Reads one commit that is known to exist. */
  private async readCommit(version: number): Promise<TableState> {
    const text = await this.storage.log.read(version);
    if (text === undefined) throw gone(this.storage, version);
    this.advance({ version, actions: parseCommit(version, text) });
    return this.current;
  }

  /** Reads all new commits. */
  private async readOn(): Promise<void> {
    for await (const commit of readCommits(this.storage.log, this.current.version + 1)) this.advance(commit);
  }

  private advance(commit: Commit): void {
    const replay = new Replay(this.current);
    replay.apply(commit);
    this.current = replay.uncheckedState();
  }

  /**
   * Whether the log still holds a version that was its latest. If not, others have passed it and cleaned it up, so that a commit after it
   * would be in no reader's table: then this process reads the log again.
   */
  private async isCurrent(version: number): Promise<boolean> {
    if (await this.storage.log.has(version)) return true;
    const state = await loadState(this.storage.log);
    if (state === undefined || state.version < version) throw gone(this.storage, version);
    this.current = state;
    return false;
  }

  /** A change of the definition matters only if this writer relies on the old one, and only if it was not reverted since. */
  private async requireWritable(): Promise<void> {
    if (this.difference() === undefined) return;
    await this.readOn();
    const difference = this.difference();
    if (difference === undefined) return;
    throw new DeltaError(
      "TABLE_CHANGED",
      `another program changed the table ${this.storage.location}, up to version ${this.current.version}: ${difference}; ` +
        "starting again to read it anew",
      { retriable: true },
    );
  }

  private added(): readonly string[] {
    return addedColumns(this.description.schema, this.current.metadata);
  }

  private difference(): string | undefined {
    const { current, writable } = this;
    if (current.metadata === writable.metadata && current.protocol === writable.protocol) return undefined;
    const difference = changeOf(this.storage.location, this.description.schema, writable, current);
    if (difference === undefined) this.writable = current;
    return difference;
  }
}

function changeOf(
  location: string,
  schema: TableSchema,
  before: TableDefinition,
  after: TableDefinition,
): string | undefined {
  if (after.metadata.id !== before.metadata.id) return "it is another table now";
  try {
    requireWritable(location, schema, after);
    return undefined;
  } catch (error) {
    if (error instanceof DeltaError) return error.message;
    throw error;
  }
}

function gone({ location }: TableStorage, version: number): DeltaError {
  return new DeltaError(
    "LOG_INCOMPLETE",
    `version ${version} of the Delta log has disappeared: another program removes files from ${location}`,
    { retriable: true },
  );
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
    commitInfo({ engine, operation: "CREATE TABLE", isBlindAppend: true, now, txnId: randomUUID() }),
    { protocol: supportedProtocol },
    { metaData },
  ];
}
