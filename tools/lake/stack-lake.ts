import { basename, join } from "node:path";
import { showBytes } from "../../apps/shared/text";
import { DeltaError } from "../../apps/shared/delta/errors";
import { schemaString } from "../../apps/shared/delta/schema";
import { lakeDeadLettersPath, lakeTablePath } from "../../contract/environment/lake";
import { deadLetterSchema, observationSchema } from "../../contract/tables";
import { cacheDirectory } from "../setup/environment.mjs";
import { messageOf, SetupError } from "../setup/errors.mjs";
import { Progress } from "../setup/progress.mjs";
import { type Copying, FileCache } from "./table/file-cache";
import { SqlSession } from "./sql/session";
import { readTable, type TableSnapshot } from "./table/snapshot";
import type { LakeContainers } from "./table/container";
import { NotThere } from "./table/docker";
import { type LocalTable, sqlColumns, type UnreadFile } from "./sql/views";

/** The lake's two tables. The observations are read first, because dead letters are committed before the rows that follow them. */
export interface LakeSnapshot {
  readonly bronze: TableSnapshot;
  /** Undefined before the first dead letter. */
  readonly deadLetters: TableSnapshot | undefined;
}

/** @throws SetupError if there is no table, or it cannot be read. */
export async function readLake(containers: LakeContainers): Promise<LakeSnapshot> {
  return explained(async () => {
    const bronze = await readTable(containers.table(lakeTablePath));
    if (bronze === undefined)
      throw new SetupError("There is no table yet: the lake creates it when it starts.");
    return { bronze, deadLetters: await readTable(containers.table(lakeDeadLettersPath)) };
  });
}

const cacheRoot = () => join(cacheDirectory(), "lake");
/** With a very short retention, a file may be deleted between reading the log and copying the file. */
const maxAttempts = 3;
/** Copying more takes long enough to show its progress. */
const noticeable = { files: 300, bytes: 50_000_000 };

/**
 * Opens SQL over the current tables `bronze` and `dead_letters`, with copies of their data files in the cache.
 * @throws SetupError if there is no table, or it cannot be read.
 */
export async function withSql<Answer>(
  containers: LakeContainers,
  work: (sql: SqlSession, lake: LakeSnapshot) => Promise<Answer>,
): Promise<Answer> {
  return explained(async () => {
    const cache = await FileCache.open(cacheRoot());
    try {
      const { lake, tables } = await copyTables(containers, cache);
      const sql = await SqlSession.open(tables, cacheRoot());
      try {
        return await work(sql, lake);
      } finally {
        await sql.close();
      }
    } finally {
      await cache.close();
    }
  });
}

async function copyTables(containers: LakeContainers, cache: FileCache) {
  for (let attempt = 1; ; attempt++) {
    const lake = await readLake(containers);
    try {
      const mayLack = attempt === maxAttempts;
      const bronze = await localTable(cache, "bronze", lake.bronze, mayLack);
      const deadLetters =
        lake.deadLetters && (await localTable(cache, "dead_letters", lake.deadLetters, mayLack));
      return { lake, tables: [bronze, deadLetters ?? noDeadLetters] };
    } catch (error) {
      if (!(error instanceof NotThere) || attempt === maxAttempts) throw error;
    }
  }
}

async function localTable(
  cache: FileCache,
  name: LocalTable["name"],
  { table, state, files }: TableSnapshot,
  mayLack: boolean,
): Promise<LocalTable> {
  const { id: tableId, schemaString, partitionColumns } = state.metadata;
  const progress = new Progress();
  let task: { done(): void; drop(): void } | undefined;
  const onCopying = (what: Copying) => {
    if (what.files < noticeable.files && what.bytes < noticeable.bytes) return;
    task = progress.start(
      name,
      `copying ${what.files.toLocaleString("en")} files, ${showBytes(what.bytes)}, out of ${table.location}`,
    );
  };
  try {
    const adds = files.map(({ add }) => add);
    const unread: UnreadFile[] = [];
    const wanted = { table, tableId, files: adds, partitionColumns, mayLack };
    const paths = await cache.provide(wanted, onCopying, (path, reason) =>
      unread.push({ table: name, name: basename(path), reason }),
    );
    task?.done();
    const schema = name === "bronze" ? observationSchema : deadLetterSchema;
    return { name, columns: sqlColumns(schemaString), partitionColumns, paths, unread, schema };
  } catch (error) {
    task?.drop();
    throw error;
  }
}

const noDeadLetters: LocalTable = {
  name: "dead_letters",
  columns: sqlColumns(schemaString(deadLetterSchema)),
  partitionColumns: deadLetterSchema.partitionColumns,
  paths: [],
};

/** Turns expected failures into messages for people. */
async function explained<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotThere) {
      throw new SetupError(
        `The table deletes files faster than they are copied (${error.message}): give the lake a longer retention.`,
      );
    }
    if (error instanceof DeltaError) throw new SetupError(error.message);
    throw cacheProblem(error, cacheRoot()) ?? error;
  }
}

/** The message for a directory that cannot be written to; undefined for any other error. */
export function cacheProblem(error: unknown, directory: string): SetupError | undefined {
  const { code, syscall } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (
    syscall === undefined ||
    !["ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "ENOTDIR"].includes(code ?? "")
  )
    return undefined;
  const remedy = "free space there, or set XDG_CACHE_HOME to another directory";
  return new SetupError(
    `${directory} does not take copies of the table's files (${messageOf(error)}): ${remedy}.`,
  );
}
