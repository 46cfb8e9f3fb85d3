import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  BIGINT,
  type DuckDBConnection,
  type DuckDBExtractedStatements,
  DuckDBInstance,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  DuckDBTimestampTZValue,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  ResultReturnType,
  VARCHAR,
} from "@duckdb/node-api";
import { textDecoder } from "@duckdb/node-api/lib/vectors/dataAccessors";
import { exactText } from "../../../apps/shared/delta/parquet";
import { messageOf } from "../../../apps/shared/text";
import { SetupError } from "../../setup/errors.mjs";
import { convertFile, unreadFiles } from "./unread-files";
import {
  describeUnread,
  filesStatement,
  identifier,
  type LocalTable,
  pathPattern,
  probeOf,
  schemaFile,
  schemaFileStatement,
  type UnreadFile,
  type ViewName,
  viewStatement,
} from "./views";

/** With more, DuckDB sorts and groups on disk. */
const memoryLimit = "2GB";

/** The result of a query: rows in batches, as they arrive. */
export interface QueryResult {
  readonly columns: readonly ResultColumn[];
  readonly batches: AsyncIterable<readonly (readonly DuckDBValue[])[]>;
}

export interface ResultColumn {
  readonly name: string;
  /** DuckDB's name of the type. */
  readonly type: string;
}

/** A value of a statement's parameter; numbers must be integers. */
export type SqlValue = string | number | bigint | boolean;

/** Whether more results are wanted. */
export type Wanted = "printed" | "closed";

/** DuckDB with a view for each table. It loads nothing from the network, and queries cannot change the tables. */
export class SqlSession {
  private tables: readonly LocalTable[];
  private readonly notRead: UnreadFile[];

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    tables: readonly LocalTable[],
    private readonly scratch: string,
  ) {
    this.tables = tables;
    this.notRead = tables.flatMap(({ unread = [] }) => unread);
  }

  /** Files that no query has read, because they cannot be read. */
  get unread(): readonly UnreadFile[] {
    return this.notRead;
  }

  /** @param root a directory for data that does not fit into memory; nothing remains there */
  static async open(tables: readonly LocalTable[], root: string): Promise<SqlSession> {
    await mkdir(root, { recursive: true });
    const scratch = await mkdtemp(join(root, ".scratch-"));
    const instance = await DuckDBInstance.create(":memory:", {
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      memory_limit: memoryLimit,
      temp_directory: join(scratch, "spilled"),
    });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    readTextsWhole();
    // Otherwise, it would show moments in the time zone of this machine.
    DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0;
    const session = new SqlSession(instance, connection, tables, scratch);
    for (const table of tables) {
      const path = schemaFile(scratch, table);
      await mkdir(dirname(path), { recursive: true });
      await connection.run(schemaFileStatement(table), [path]);
    }
    await session.makeViews(false);
    return session;
  }

  /**
   * Runs SQL, and passes the result of each statement to `use`, until that wants no more. If files turn out to lack columns, or to be
   * unreadable, the statement runs again without them, unless `use` has received a row.
   * @throws SetupError with the message of DuckDB.
   */
  async query(sql: string, use: (result: QueryResult) => Promise<Wanted>): Promise<void> {
    const { count } = await this.statementsOf(sql);
    for (let at = 0; at < count; at++) {
      const name = count === 1 ? "" : `statement ${at + 1} of ${count}: `;
      const run = async (seen: Seen) => {
        // An extracted statement can be prepared only once.
        const statements = await this.statementsOf(sql);
        const statement = await asSetupError(statements.prepare(at), name);
        try {
          return await this.answer(statement, name, use, seen);
        } finally {
          statement.destroySync();
        }
      };
      if ((await this.withReadableFiles(run, true)) === "closed") return;
    }
  }

  /**
   * Returns all rows of a statement with few rows, as objects.
   * @param values of its parameters, written `?`: data is never a part of a statement's text
   */
  async rows<Row>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    const run = async (seen: Seen) => {
      const result = await asSetupError(this.connection.stream(sql, values.map(bindable)));
      const columns = columnsOf(result);
      const rows: Row[] = [];
      for await (const batch of batchesOf(result, seen, ""))
        for (const row of batch)
          rows.push(Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])) as Row);
      return rows;
    };
    return this.withReadableFiles(run, false);
  }

  /** Adds rows to a table of the session. @param types of its columns, in order */
  async fill(
    table: string,
    types: readonly DuckDBType[],
    rows: Iterable<readonly (SqlValue | DuckDBTimestampTZValue)[]>,
  ): Promise<void> {
    const appender = await asSetupError(this.connection.createAppender(table));
    for (const row of rows) {
      for (const [at, type] of types.entries()) {
        const value = row[at] ?? null;
        appender.appendValue(typeof value === "number" ? numberFor(type, value) : value, type);
      }
      appender.endRow();
    }
    appender.closeSync();
  }

  async close(): Promise<void> {
    this.connection.closeSync();
    this.instance.closeSync();
    await rm(this.scratch, { recursive: true, force: true });
  }

  private async statementsOf(sql: string): Promise<DuckDBExtractedStatements> {
    try {
      return await this.connection.extractStatements(sql);
    } catch (error) {
      // DuckDB has no message for a query of only comments and semicolons.
      if (messageOf(error).includes("native callback"))
        throw new SetupError("There is no statement in the query.");
      throw new SetupError(sqlProblem(messageOf(error)));
    }
  }

  private async answer(
    statement: DuckDBPreparedStatement,
    name: string,
    use: (result: QueryResult) => Promise<Wanted>,
    seen: Seen,
  ): Promise<Wanted> {
    const result = await asSetupError(statement.stream(), name);
    const batches = batchesOf(result, seen, name);
    if (result.returnType !== ResultReturnType.NOTHING) return use({ columns: columnsOf(result), batches });
    // A statement without a result ends when it has been read to its end.
    while ((await batches.next()).done !== true);
    return "printed";
  }

  /**
   * Runs a statement, and runs it again with other views if files cannot be read.
   * @param isShown whether rows that `run` has received cannot be taken back
   */
  private async withReadableFiles<Answer>(
    run: (seen: Seen) => Promise<Answer>,
    isShown: boolean,
  ): Promise<Answer> {
    for (let isUnited = false; ;) {
      const seen = { rows: false };
      try {
        return await run(seen);
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        const isMismatch = !isUnited && error.message.includes("schema mismatch in glob");
        const unread = isMismatch || isOfTheQuery(error) ? [] : await this.leaveOutUnreadable();
        if (!isMismatch && unread.length === 0) throw error;
        if (isShown && seen.rows)
          throw new SetupError(`The result is incomplete: ${unread.map(describeUnread).join("; ")}.`);
        isUnited = true;
        await this.uniteViews();
      }
    }
  }

  /** Creates views over files that may lack columns, which opens all of them. */
  private async uniteViews(): Promise<void> {
    try {
      await this.makeViews(true);
    } catch (error) {
      if ((await this.leaveOutUnreadable()).length === 0) throw error;
      await this.makeViews(true);
    }
  }

  /**
   * Finds unreadable files, and continues without them, or with copies that the lake's own reader rewrote.
   * @returns all files that DuckDB cannot read.
   */
  private async leaveOutUnreadable(): Promise<readonly UnreadFile[]> {
    const all: UnreadFile[] = [];
    const tables: LocalTable[] = [];
    for (const table of this.tables) {
      const unread = await unreadFiles(table, (paths) => this.problemWith({ ...table, paths }));
      all.push(...unread.values());
      const paths = table.paths.filter((path) => !unread.has(path));
      for (const [path, file] of unread) {
        const converted = await convertFile(table, path, this.scratch);
        if (converted === undefined) this.notRead.push(file);
        else paths.push(converted);
      }
      tables.push({ ...table, paths });
    }
    this.tables = tables;
    return all;
  }

  /** Reads all values of a table. @returns the problem in one line; undefined if there is none. */
  private async problemWith(table: LocalTable): Promise<string | undefined> {
    const probe = probeOf(table);
    try {
      await this.makeView(table, probe, true);
      await this.connection.run(`SELECT max(hash(COLUMNS(*))) FROM ${identifier(probe)}`);
      return undefined;
    } catch (error) {
      return messageOf(error).split("\n")[0];
    } finally {
      await this.connection.run(`DROP VIEW IF EXISTS ${identifier(probe)}`).catch(() => {});
    }
  }

  private async makeViews(byUnion: boolean): Promise<void> {
    for (const table of this.tables) await asSetupError(this.makeView(table, table.name, byUnion));
  }

  private async makeView(table: LocalTable, view: ViewName, byUnion: boolean): Promise<void> {
    const patterns = listValue([schemaFile(this.scratch, table), ...table.paths].map(pathPattern));
    await this.connection.run(filesStatement(view), [patterns], [LIST(VARCHAR)]);
    await this.connection.run(viewStatement(table, view, byUnion));
  }
}

function columnsOf(result: DuckDBResult): ResultColumn[] {
  return result.columnNames().map((name, at) => ({ name, type: String(result.columnType(at)) }));
}

async function* batchesOf(
  result: DuckDBResult,
  seen: Seen,
  statement: string,
): AsyncGenerator<DuckDBValue[][]> {
  for (;;) {
    const chunk = await asSetupError(result.fetchChunk(), statement);
    if (chunk === null || chunk.rowCount === 0) return;
    seen.rows = true;
    yield chunk.getRows();
  }
}

/** Whether rows of a statement have been passed on already. */
interface Seen {
  rows: boolean;
}

function bindable(value: SqlValue): DuckDBValue {
  return typeof value === "number" ? BigInt(value) : value;
}

function numberFor(type: DuckDBType, value: number): number | bigint {
  return type === BIGINT ? BigInt(value) : value;
}

/** @param statement the start of the message */
async function asSetupError<Result>(work: Promise<Result>, statement = ""): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new SetupError(`${statement}${sqlProblem(messageOf(error))}`);
  }
}

/** Whether the query itself is wrong, so that no file can be the reason. */
function isOfTheQuery({ message }: Error): boolean {
  return /\b(Parser|Binder|Catalog|Syntax|Permission|Not implemented|Out of Memory) Error: /i.test(message);
}

/** The message of DuckDB, without the lines that repeat the query. */
function sqlProblem(message: string): string {
  const lines = message
    .replace(/^Failed to extract statements: /, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const repeated = lines.findIndex((line) => line.startsWith("LINE "));
  return lines.slice(0, repeated < 1 ? 2 : Math.min(2, repeated)).join("\n");
}

/**
 * Lets DuckDB's library read texts unchanged: by itself, it removes a U+FEFF at their start, so that two names become one. It has no
 * setting for that.
 */
function readTextsWhole(): void {
  Object.assign(textDecoder, { decode: exactText.stringFromBytes });
}
