import { randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { openLocalStorage } from "../../apps/shared/delta/local-storage";
import type { TableStorage } from "../../apps/shared/delta/storage";
import { DeltaTable } from "../../apps/shared/delta/table";
import { observationSchema, partitionOf } from "../../contract/tables";
import { observations } from "../../apps/consumers/lake/tables";
import { startThread } from "../../apps/consumers/lake/threads";
import { writeDataFile } from "../../apps/consumers/lake/writer/data-files";
import { markdownTable, quantile } from "../support/figures";
import { observationBatch } from "./observations";

const commits = 10_000;
const warmUpCommits = 300;
const windowSize = 100;
/** The last commit of each window. */
const windowEnds = [100, 1_000, 5_000, 10_000];
const rowsOfCommit = 10;
const firstMinute = Date.UTC(2026, 0, 1) / 60_000;
/** Short enough that maintenance does all of its work during the run. */
const maintenanceSettings = { checkpointEvery: 10, compactAfterMs: 2_000, retentionMs: 20_000 };
const appId = "growth";

interface Window {
  readonly end: number;
  readonly commitMs: readonly number[];
  readonly fsyncMs: readonly number[];
  readonly residentBytes: number;
}

/**
 * Measures what a commit of one small file costs as a table's log grows to ten thousand commits, while the lake's maintenance thread
 * works on the table. Each commit of a window is followed by one plain write with fsync, which shows the part of the disk.
 * @param program the lake's bundle
 */
export async function measureGrowth(directory: string, program: string): Promise<void> {
  const path = join(directory, "growth");
  const { storage, table } = await openTable(path);
  // The first commits of a process are slow because of the compiler. They go to another table: here only the age of the table counts.
  const earlier = await openTable(join(directory, "warm-up"));
  for (let commit = 1; commit <= warmUpCommits; commit++) {
    await appendSmall(earlier.table, earlier.storage, commit);
  }
  const maintenance = startThread(program, {
    role: "maintenance",
    paths: { observations: path, deadLetters: `${path}-dead-letters` },
    settings: maintenanceSettings,
    log: { format: "pretty", level: "warn", colours: false },
  });
  try {
    report(await commitAll(directory, table, storage));
    const { commits: entries, checkpoints } = await storage.log.list();
    console.log(`Maintenance left ${entries.length} log entries and ${checkpoints.length} checkpoints.`);
  } finally {
    await maintenance.terminate();
    await rm(path, { recursive: true, force: true });
  }
}

async function openTable(path: string): Promise<{ storage: TableStorage; table: DeltaTable }> {
  const storage = await openLocalStorage(path);
  return { storage, table: await DeltaTable.open(storage, observations) };
}

async function commitAll(directory: string, table: DeltaTable, storage: TableStorage): Promise<Window[]> {
  const windows: Window[] = [];
  let commitMs: number[] = [];
  let fsyncMs: number[] = [];
  for (let commit = 1; commit <= commits; commit++) {
    const took = await timed(() => appendSmall(table, storage, commit));
    if (!windowEnds.some((end) => commit > end - windowSize && commit <= end)) continue;
    commitMs.push(took);
    fsyncMs.push(await timed(() => plainWrite(directory)));
    if (!windowEnds.includes(commit)) continue;
    windows.push({ end: commit, commitMs, fsyncMs, residentBytes: process.memoryUsage.rss() });
    console.error(`${commit} commits`);
    [commitMs, fsyncMs] = [[], []];
  }
  return windows;
}

async function appendSmall(table: DeltaTable, storage: TableStorage, commit: number): Promise<void> {
  const minute = firstMinute + Math.floor(commit / windowSize);
  const from = (commit - 1) * rowsOfCommit;
  const batch = observationBatch(minute, from, rowsOfCommit);
  const adds = await writeDataFile(storage.files, observationSchema, partitionOf(minute), batch);
  const step = { appId, from: commit === 1 ? undefined : from, to: from + rowsOfCommit };
  const result = await table.append({ adds, transactions: [step] });
  if (result.kind !== "committed") throw new Error(`commit ${commit} met a conflict`);
}

async function plainWrite(directory: string): Promise<void> {
  const path = join(directory, randomUUID());
  const file = await open(path, "wx");
  await file.writeFile("x".repeat(1_000));
  await file.sync();
  await file.close();
  await rm(path);
}

function report(windows: readonly Window[]): void {
  const rows = windows.map(({ end, commitMs, fsyncMs, residentBytes }) => [
    end.toLocaleString("en"),
    showMs(quantile(commitMs, 0.5)),
    showMs(quantile(commitMs, 0.99)),
    showMs(quantile(fsyncMs, 0.5)),
    showMs(quantile(fsyncMs, 0.99)),
    `${(residentBytes / 2 ** 20).toFixed(0)} MiB`,
  ]);
  const heading = ["up to commit", "commit, median", "99 %", "one fsync, median", "99 %", "memory"];
  console.log(
    `\nCommits of one file of ${rowsOfCommit} rows, the last ${windowSize} up to each; beside them one write with fsync.\n`,
  );
  console.log(markdownTable([heading, ...rows]));
  const p99 = (window: Window | undefined) => quantile(window?.commitMs ?? [], 0.99);
  const ratio = p99(windows.at(-1)) / p99(windows[0]);
  console.log(`\n99 % at the end is ${ratio.toFixed(2)} × that of the first ${windowSize}.`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const showMs = (ms: number) => `${ms.toFixed(1)} ms`;
