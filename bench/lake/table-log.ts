import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { applyFiles } from "../../apps/shared/delta/log/snapshot";
import { type AddFile, decodePath, parseCommit } from "../../apps/shared/delta/log/actions";

/** A data file of a table, and when its rows became visible. */
export interface CommittedFile {
  /** Absolute. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly committedMs: number;
}

/**
 * Follows the log of a table that another process writes. It reads only new entries, so that frequent reading costs the writer
 * nothing.
 */
export class TableLog {
  /** Rows of all commits so far that added data. */
  rows = 0;
  /** When the latest of those commits became visible; milliseconds since 1970. */
  lastCommitMs = 0;
  commits = 0;
  /** The files as their rows arrived; compaction changes nothing here. */
  readonly arrivals: CommittedFile[] = [];
  private readonly live = new Map<string, AddFile>();
  private next = 0;

  constructor(private readonly table: string) {}

  async refresh(): Promise<void> {
    const directory = join(this.table, "_delta_log");
    const names = await readdir(directory).catch(() => []);
    for (const name of names.filter((each) => /^\d{20}\.json$/.test(each)).sort()) {
      const version = Number(name.slice(0, 20));
      if (version < this.next) continue;
      const path = join(directory, name);
      // A commit is visible once its file has its name. That is the last change of the file's entry.
      const { ctimeMs } = await stat(path);
      this.apply(version, await readFile(path, "utf8"), ctimeMs);
      this.next = version + 1;
    }
  }

  /** The files that the table holds now. */
  liveFiles(): CommittedFile[] {
    return [...this.live.values()].map((add) => this.fileOf(add, 0));
  }

  private apply(version: number, text: string, committedMs: number): void {
    const actions = parseCommit(version, text);
    applyFiles(this.live, actions);
    const files = actions.flatMap((action) =>
      "add" in action && action.add.dataChange ? [this.fileOf(action.add, committedMs)] : [],
    );
    if (files.length === 0) return;
    this.arrivals.push(...files);
    this.rows += files.reduce((sum, { rows }) => sum + rows, 0);
    this.lastCommitMs = committedMs;
    this.commits++;
  }

  private fileOf({ path, size, stats }: AddFile, committedMs: number): CommittedFile {
    const { numRecords } = JSON.parse(stats ?? "{}") as { numRecords?: number };
    if (numRecords === undefined) throw new Error(`${path} does not say how many rows it has`);
    return { path: join(this.table, decodePath(path)), rows: numRecords, bytes: size, committedMs };
  }
}

const listOf = (files: readonly CommittedFile[]) =>
  `[${files.map(({ path }) => `'${path.replaceAll("'", "''")}'`).join(", ")}]`;

/** Counts the rows in files. @returns the rows, and the number of distinct Kafka offsets that they come from */
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
