import { DuckDBInstance } from "@duckdb/node-api";
import type { CommittedFile } from "./table-log";

const listOf = (files: readonly CommittedFile[]) =>
  `[${files.map(({ path }) => `'${path.replaceAll("'", "''")}'`).join(", ")}]`;

/** Counts what files really hold. @returns the rows, and of how many places in Kafka they are. */
export async function countRows(
  files: readonly CommittedFile[],
): Promise<{ readonly rows: number; readonly places: number }> {
  const [rows, places] = await queryNumbers(
    `select count(*), count(distinct (kafka_topic, kafka_partition, kafka_offset)) from read_parquet(${listOf(files)})`,
  );
  return { rows: rows ?? 0, places: places ?? 0 };
}

/** How long rows took from their timestamp to their commit, in milliseconds. */
export async function delays(
  files: readonly CommittedFile[],
): Promise<{ readonly p50: number; readonly p99: number }> {
  const commits = files
    .map(({ path, committedMs }) => `('${path.replaceAll("'", "''")}', ${Math.round(committedMs)})`)
    .join(", ");
  const [p50, p99] = await queryNumbers(
    `with commits(path, committed) as (values ${commits}),
     delays as (
       select committed - epoch_ms("timestamp") as delay
       from read_parquet(${listOf(files)}, filename = true) rows join commits on rows.filename = commits.path
     )
     select quantile_cont(delay, 0.5), quantile_cont(delay, 0.99) from delays`,
  );
  return { p50: p50 ?? Number.NaN, p99: p99 ?? Number.NaN };
}

async function queryNumbers(sql: string): Promise<number[]> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  try {
    const connection = await instance.connect();
    const result = await connection.runAndReadAll(sql);
    connection.closeSync();
    return (result.getRows()[0] ?? []).map(Number);
  } finally {
    instance.closeSync();
  }
}
