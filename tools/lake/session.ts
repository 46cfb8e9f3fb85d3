import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBResult,
  DuckDBTimestampTZValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import { messageOf } from "../../apps/shared/text";
import { SetupError } from "../setup/errors.mjs";
import { type LocalTable, schemaFile, schemaFileStatement, viewStatement } from "./views";

/** Beyond this DuckDB puts what it sorts and groups on disk. */
const memoryLimit = "2GB";

/** What a query gives: rows in batches, as they come. */
export interface QueryResult {
  readonly columns: readonly ResultColumn[];
  readonly batches: AsyncIterable<readonly (readonly DuckDBValue[])[]>;
}

export interface ResultColumn {
  readonly name: string;
  /** DuckDB's name of the type. */
  readonly type: string;
}

/** DuckDB with a view for each table. It loads nothing from the network, and what queries write stays in it. */
export class SqlSession {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly tables: readonly LocalTable[],
    private readonly scratch: string,
  ) {}

  /** @param root a directory for what does not fit into memory; nothing is left there. */
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
    // It would show moments in the time zone of this machine.
    DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0;
    const session = new SqlSession(instance, connection, tables, scratch);
    for (const table of tables) {
      const path = schemaFile(scratch, table);
      await mkdir(dirname(path), { recursive: true });
      await connection.run(schemaFileStatement(table, path));
    }
    await session.makeViews(false);
    return session;
  }

  /**
   * Runs SQL and gives the result of its last statement to `use`. If it turns out that files lack columns it begins anew,
   * unless `use` has seen a row.
   * @throws SetupError with what DuckDB says.
   */
  async query<Answer>(sql: string, use: (result: QueryResult) => Promise<Answer>): Promise<Answer> {
    const seen = { rows: false };
    try {
      return await this.attempt(sql, use, seen);
    } catch (error) {
      if (seen.rows || !messageOf(error).includes("schema mismatch in glob")) throw error;
      await this.makeViews(true);
      return await this.attempt(sql, use, seen);
    }
  }

  /** All rows of a query that has few, as objects. */
  async rows<Row>(sql: string): Promise<Row[]> {
    return this.query(sql, async ({ columns, batches }) => {
      const rows: Row[] = [];
      for await (const batch of batches) {
        for (const row of batch) {
          rows.push(Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])) as Row);
        }
      }
      return rows;
    });
  }

  async close(): Promise<void> {
    this.connection.closeSync();
    this.instance.closeSync();
    await rm(this.scratch, { recursive: true, force: true });
  }

  private async attempt<Answer>(
    sql: string,
    use: (result: QueryResult) => Promise<Answer>,
    seen: { rows: boolean },
  ): Promise<Answer> {
    const result = await asSetupError(this.connection.stream(sql));
    return use({ columns: columnsOf(result), batches: batchesOf(result, seen) });
  }

  private async makeViews(byUnion: boolean): Promise<void> {
    for (const table of this.tables) {
      await this.connection.run(viewStatement(table, schemaFile(this.scratch, table), byUnion));
    }
  }
}

function columnsOf(result: DuckDBResult): ResultColumn[] {
  return result.columnNames().map((name, at) => ({ name, type: String(result.columnType(at)) }));
}

async function* batchesOf(result: DuckDBResult, seen: { rows: boolean }): AsyncGenerator<DuckDBValue[][]> {
  for (;;) {
    const chunk = await asSetupError(result.fetchChunk());
    if (chunk === null || chunk.rowCount === 0) return;
    seen.rows = true;
    yield chunk.getRows();
  }
}

async function asSetupError<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new SetupError(sqlProblem(messageOf(error)));
  }
}

/** What DuckDB says is wrong, without the lines that repeat the query. */
function sqlProblem(message: string): string {
  const lines = message.split("\n").filter((line) => line.trim() !== "");
  const repeated = lines.findIndex((line) => line.startsWith("LINE "));
  return lines.slice(0, repeated < 1 ? 2 : Math.min(2, repeated)).join("\n");
}
