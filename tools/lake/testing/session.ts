import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { schemaString, type TableSchema } from "../../../apps/shared/delta/schema";
import { deadLetterSchema, observationSchema } from "../../../contract/tables";
import { SqlSession } from "../session";
import { type LocalTable, sqlColumns } from "../views";

/** A data file of the table of observations, in the partition of a minute of 2026-11-23 23 h, UTC. */
export type FileOfMinute = readonly [minute: number, contents: Buffer];

/** A column of another program, with Delta's type. */
export interface AddedColumn {
  readonly name: string;
  readonly type: unknown;
}

/** A session over data files, which are put into `root`. */
export async function sessionOver(
  root: string,
  files: readonly FileOfMinute[],
  deadLetters: readonly Buffer[] = [],
  added: readonly AddedColumn[] = [],
): Promise<SqlSession> {
  const partitionOf = (minute: number) => `year=2026/month=11/day=23/hour=23/minute=${minute}`;
  return SqlSession.open(
    [
      await localTable(
        root,
        "bronze",
        observationSchema,
        files.map(([minute, contents]) => [partitionOf(minute), contents]),
        added,
      ),
      await localTable(
        root,
        "dead_letters",
        deadLetterSchema,
        deadLetters.map((contents) => ["", contents]),
      ),
    ],
    join(root, "scratch"),
  );
}

async function localTable(
  root: string,
  name: LocalTable["name"],
  schema: TableSchema,
  files: readonly (readonly [directory: string, contents: Buffer])[],
  added: readonly AddedColumn[] = [],
): Promise<LocalTable> {
  const paths: string[] = [];
  for (const [index, [directory, contents]] of files.entries()) {
    const path = join(root, name, directory, `f${index}.parquet`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
    paths.push(path);
  }
  const own = JSON.parse(schemaString(schema)) as { readonly fields: readonly AddedColumn[] };
  return {
    name,
    columns: sqlColumns(JSON.stringify({ ...own, fields: [...own.fields, ...added] })),
    partitionColumns: schema.partitionColumns,
    paths,
    schema,
  };
}
