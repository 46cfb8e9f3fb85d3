import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { encodeDataFile } from "../../../shared/delta/data-files/encode";
import type { CompactionFaultPoint } from "./compaction";
import { type AddFile, formatCommit, parseCommit } from "../../../shared/delta/log/actions";
import {
  createMemoryStorage,
  type MemoryStorage,
} from "../../../shared/delta/storage/testing/memory-storage";
import type { Column } from "../../../shared/delta/schema";
import { readSnapshot } from "../../../shared/delta/log/snapshot";
import { formatStatistics, statisticsOf } from "../../../shared/delta/data-files/statistics";
import { DeltaTable } from "../../../shared/delta/table/table";
import { createLogger } from "../../../shared/logger";
import { Maintenance, type MaintenanceOptions } from "./maintenance";
import { columns, description, going, hour, readRows, settings } from "./testing/table-by-minute";

let storage: MemoryStorage;
let table: DeltaTable;
let now: number;
let written: number;
let lines: string[];
beforeEach(async () => {
  storage = createMemoryStorage();
  table = await DeltaTable.open(storage, description);
  now = 1_000_000_000;
  written = 0;
  lines = [];
});

/** Commits one file of two rows. */
async function write(minute: number, more: readonly Column[] = []): Promise<AddFile> {
  const from = written;
  written += 2;
  const offsets = new BigInt64Array([BigInt(from), BigInt(from + 1)]);
  const batch = { rows: 2, columns: { offset: offsets, label: ["é", null] } };
  const contents = encodeDataFile([...columns, ...more], {
    ...batch,
    columns: { ...batch.columns, ...Object.fromEntries(more.map(({ name }) => [name, ["theirs", null]])) },
  });
  const path = `minute=${minute}/${from}.parquet`;
  await storage.files.write([{ path, contents }]);
  const add: AddFile = {
    path,
    partitionValues: { minute: String(minute) },
    size: contents.length,
    modificationTime: now,
    dataChange: true,
    stats: formatStatistics(statisticsOf(columns, batch)),
  };
  const result = await table.append({
    adds: [add],
    transactions: [{ appId: "p", from: from === 0 ? undefined : from, to: written }],
  });
  expect(result.kind).toBe("committed");
  return add;
}

function maintenance(options: Partial<MaintenanceOptions> = {}): Maintenance {
  const logger = createLogger({
    app: "lake",
    format: "json",
    write: (line) => lines.push((JSON.parse(line) as { message: string }).message),
  });
  return new Maintenance({ storage, description, settings, logger, now: () => now, ...options });
}

const readTable = () => readRows(storage, written);

describe("maintenance", () => {
  it("does nothing where there is no table", async () => {
    storage.entries.clear();
    await expect(maintenance().tick(going)).resolves.toBe(false);
    expect(storage.entries.size).toBe(0);
  });

  it("writes a checkpoint once there are enough commits", async () => {
    const keeper = maintenance();
    for (let commits = 1; commits <= 9; commits++) await write(commits);
    await expect(keeper.tick(going)).resolves.toBe(false);
    await write(10);
    await expect(keeper.tick(going)).resolves.toBe(true);
    expect([...storage.checkpoints.keys()]).toEqual([10]);
    expect(storage.lastCheckpoint).toBe('{"version":10,"size":13}');
    await expect(keeper.tick(going)).resolves.toBe(false);
    for (let version = 0; version <= 10; version++) storage.entries.delete(version);
    await expect(readTable()).resolves.toEqual({ files: 10, tombstones: 0, version: 10 });
  });

  it("leaves a checkpoint to a faster writer, and ignores one that is named but missing", async () => {
    const keeper = maintenance();
    await write(1);
    await keeper.tick(going);
    for (let commits = 2; commits <= 12; commits++) await write(commits);
    await maintenance().tick(going);
    expect([...storage.checkpoints.keys()]).toEqual([12]);
    await expect(keeper.tick(going)).resolves.toBe(false);
    storage.checkpoints.clear();
    await write(13);
    await maintenance().tick(going);
    expect([...storage.checkpoints.keys()]).toEqual([13]);
  });

  it("soon writes a whole checkpoint after a damaged one", async () => {
    for (let commits = 1; commits <= 10; commits++) await write(commits);
    await maintenance().tick(going);
    storage.checkpoints.set(10, storage.checkpoints.get(10)!.subarray(0, 100));
    await write(11);
    const keeper = maintenance();
    await expect(keeper.tick(going)).resolves.toBe(true);
    expect([...storage.checkpoints.keys()]).toEqual([10, 11]);
    await expect(keeper.tick(going)).resolves.toBe(false);
    for (let version = 0; version <= 10; version++) storage.entries.delete(version);
    await expect(readTable()).resolves.toMatchObject({ version: 11 });
  });

  it("compacts each closed partition into one file, once", async () => {
    for (const minute of [1, 2, 1, 1, 2]) await write(minute);
    const keeper = maintenance();
    await expect(keeper.tick(going)).resolves.toBe(false);
    now += 1000;
    await write(3);
    await expect(keeper.tick(going)).resolves.toBe(true);
    await expect(readTable()).resolves.toEqual({ files: 3, tombstones: 5, version: 7 });
    await expect(keeper.tick(going)).resolves.toBe(false);
    expect(lines).toEqual(["compacted 5 files into 2"]);
    const add = [...(await readSnapshot(storage.log))!.files.values()].find(
      ({ partitionValues }) => partitionValues["minute"] === "1",
    );
    expect(add?.path).toMatch(/^minute=1\/part-[0-9a-f-]{36}\.snappy\.parquet$/);
    expect(add).toMatchObject({
      dataChange: false,
      modificationTime: now,
      size: storage.contents.get(add!.path)!.length,
    });
    expect(JSON.parse(add?.stats ?? "")).toMatchObject({
      numRecords: 6,
      minValues: { offset: 0 },
      maxValues: { offset: 7 },
    });
    await expect(
      DeltaTable.open(storage, description).then(({ state }) => state.transactions),
    ).resolves.toEqual(new Map([["p", 12]]));
  });

  it("removes bounds by which readers skip files, and keeps the rows", async () => {
    const { path } = await write(1);
    await write(2);
    const version = 1;
    const misleading =
      '{"numRecords":2,"minValues":{"offset":0},"maxValues":{"offset":1},"nullCount":{"offset":0,"label":1}}';
    const entry = parseCommit(version, storage.entries.get(version)!).map((action) =>
      "add" in action ? { add: { ...action.add, stats: misleading } } : action,
    );
    storage.entries.set(version, formatCommit(entry));
    const keeper = maintenance();
    await expect(keeper.tick(going)).resolves.toBe(true);
    expect(lines).toEqual(["removed the incomplete bounds of 1 file: readers may have skipped rows"]);
    await expect(readTable()).resolves.toEqual({ files: 2, tombstones: 0, version: 3 });
    expect((await readSnapshot(storage.log))!.files.get(path)?.stats).toBe(
      '{"numRecords":2,"nullCount":{"offset":0,"label":1}}',
    );
    await expect(keeper.tick(going)).resolves.toBe(false);
  });

  it("does not conflict with appends, or with others who compact", async () => {
    for (const minute of [1, 1, 2, 2]) await write(minute);
    now += 1000;
    const faults = { reach: () => {} };
    const interrupted: MemoryStorage = {
      ...storage,
      files: {
        ...storage.files,
        write: async (files) => {
          await storage.files.write(files);
          await write(3);
          await maintenance().tick(going);
        },
      },
    };
    await expect(maintenance({ storage: interrupted, faults }).tick(going)).resolves.toBe(true);
    await expect(readTable()).resolves.toEqual({ files: 3, tombstones: 4, version: 6 });
    // Those of the one who was too late have gone again.
    expect(storage.contents.size).toBe(4 + 2 + 1);
    await write(4);
    await expect(readTable()).resolves.toMatchObject({ version: 7 });
  });

  it("loses and repeats nothing if it is stopped around its commit", async () => {
    for (const point of [
      "before compaction commit",
      "after compaction commit",
    ] satisfies CompactionFaultPoint[]) {
      for (const minute of [written, written]) await write(minute);
      now += 1000;
      const faults = {
        reach: (reached: CompactionFaultPoint) => {
          if (reached === point) throw new Error("killed");
        },
      };
      await expect(maintenance({ faults }).tick(going)).rejects.toThrow("killed");
      await readTable();
      await maintenance().tick(going);
      await readTable();
    }
  });

  it("leaves an unreadable file alone, logs it once, and compacts the others", async () => {
    const { path } = await write(1);
    for (const minute of [1, 1]) await write(minute);
    const contents = storage.contents.get(path)!;
    storage.contents.set(path, contents.subarray(0, 50));
    now += 1000;
    const keeper = maintenance();
    for (let round = 0; round < 3; round++) await keeper.tick(going);
    expect(lines).toEqual([
      "minute=1/0.parquet of memory is not compacted: parquet file invalid (footer != PAR1)",
      "compacted 2 files into 1",
    ]);
    storage.contents.set(path, contents);
    await expect(readTable()).resolves.toEqual({ files: 2, tombstones: 2, version: 4 });
  });

  it("leaves a file alone that has values in another program's column", async () => {
    const { path } = await write(1, [{ name: "site", type: "string", nullable: true }]);
    for (const minute of [1, 1]) await write(minute);
    now += 1000;
    const keeper = maintenance();
    for (let round = 0; round < 3; round++) await keeper.tick(going);
    expect(lines).toEqual([
      `${path} of memory is not compacted: it has columns of another program: site`,
      "compacted 2 files into 1",
    ]);
    await expect(readTable()).resolves.toEqual({ files: 2, tombstones: 2, version: 4 });
  });

  it("ignores files that others have compacted and deleted meanwhile", async () => {
    for (const minute of [1, 1]) await write(minute);
    now += 1000;
    const late: MemoryStorage = {
      ...storage,
      files: {
        ...storage.files,
        read: async (path) => {
          await maintenance().tick(going);
          storage.contents.delete(path);
          return undefined;
        },
      },
    };
    await maintenance({ storage: late }).tick(going);
    expect(lines).toEqual(["compacted 2 files into 1"]);
    await expect(readTable()).resolves.toEqual({ files: 1, tombstones: 2, version: 3 });
  });

  it("deletes removed files after their retention, and drops them from checkpoints", async () => {
    for (const minute of [1, 1]) await write(minute);
    now += 1000;
    const keeper = maintenance();
    await keeper.tick(going);
    expect(storage.contents.size).toBe(3);
    now += settings.retentionMs;
    await keeper.tick(going);
    expect(storage.contents.size).toBe(3);
    now += 1;
    await expect(keeper.tick(going)).resolves.toBe(true);
    expect(storage.contents.size).toBe(1);
    await expect(keeper.tick(going)).resolves.toBe(false);
    for (let commits = 4; commits <= 10; commits++) await write(commits);
    await maintenance().tick(going);
    for (let version = 0; version <= 9; version++) storage.entries.delete(version);
    await expect(readTable()).resolves.toEqual({ files: 8, tombstones: 0, version: 10 });
  });

  it("deletes old files that no commit names, and no others", async () => {
    await write(1);
    const contents = new Uint8Array();
    const keeper = maintenance();
    now += 2 * hour;
    for (const [path, age] of [
      ["minute=1/old.parquet", hour + 1],
      ["minute=1/young.parquet", hour],
      ["minute=1/notes.txt", 2 * hour],
    ] as const) {
      await storage.files.write([{ path, contents }]);
      storage.modifiedAt.set(path, now - age);
    }
    storage.modifiedAt.set("minute=1/0.parquet", 0);
    await expect(keeper.tick(going)).resolves.toBe(true);
    expect([...storage.contents.keys()]).toEqual([
      "minute=1/0.parquet",
      "minute=1/young.parquet",
      "minute=1/notes.txt",
    ]);
    expect(lines).toEqual(["deleted 1 file of commits that never took place"]);
  });

  it("compacts no more than fits into memory, however small the files are", async () => {
    // Decoded, three of these are larger than the bound.
    const label = "x".repeat(22 * 1024 * 1024);
    for (let index = 0; index < 3; index++) {
      const add = await write(1);
      const offset = BigInt64Array.of(BigInt(written - 2), BigInt(written - 1));
      const contents = encodeDataFile(columns, {
        rows: 2,
        columns: { offset, label: [`${index}${label}`, null] },
      });
      expect(contents.length).toBeLessThan(2_000_000);
      storage.contents.set(add.path, contents);
    }
    now += 2 * hour;
    const keeper = maintenance();
    for (let round = 0; round < 4; round++) await keeper.tick(going);
    expect(lines).toEqual(["compacted 2 files into 1"]);
    expect((await readSnapshot(storage.log))!.files.size).toBe(2);
  });

  it("takes nothing of the same round for an orphan, whatever the clock of the files says", async () => {
    const files: MemoryStorage["files"] = {
      ...storage.files,
      write: async (newFiles) => {
        await storage.files.write(newFiles);
        for (const { path } of newFiles) storage.modifiedAt.set(path, 0);
      },
    };
    await write(1);
    await write(1);
    const keeper = maintenance({ storage: { ...storage, files } });
    now += 2 * hour;
    await keeper.tick(going);
    expect(lines).toEqual(["compacted 2 files into 1"]);
    await expect(readTable()).resolves.toMatchObject({ files: 1 });
  });

  it("cleans up the log before the older of two whole checkpoints", async () => {
    const keeper = maintenance();
    for (let commits = 1; commits <= 30; commits++) {
      await write(commits);
      await keeper.tick(going);
    }
    expect([...storage.checkpoints.keys()]).toEqual([10, 20, 30]);
    for (let version = 0; version <= 30; version++) storage.modifiedAt.set(version, now);
    const whole = storage.checkpoints.get(20)!;
    storage.checkpoints.set(20, whole.subarray(0, 7));
    now += settings.retentionMs;
    await keeper.tick(going);
    expect(storage.entries.size).toBe(31);
    now += settings.retentionMs;
    await keeper.tick(going);
    expect([...storage.checkpoints.keys()]).toEqual([10, 20, 30]);
    expect(Math.min(...storage.entries.keys())).toBe(10);

    storage.checkpoints.set(20, whole);
    now += settings.retentionMs;
    await keeper.tick(going);
    expect([...storage.checkpoints.keys()]).toEqual([20, 30]);
    expect(Math.min(...storage.entries.keys())).toBe(20);
    expect(lines).toEqual(["cleaned up 10 old files of the log", "cleaned up 11 old files of the log"]);
    await readTable();
  });

  it("goes on after a failure, and reports it once", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const stopping = new AbortController();
    let failures = 0;
    const failing: MemoryStorage = {
      ...storage,
      log: {
        ...storage.log,
        list: () => {
          if (++failures === 5) stopping.abort();
          return Promise.reject(new Error("the disk is gone"));
        },
      },
    };
    const running = maintenance({ storage: failing }).run(stopping.signal);
    await vi.advanceTimersByTimeAsync(1000 + 2000 + 4000 - 1);
    expect(failures).toBe(3);
    await vi.advanceTimersByTimeAsync(1 + 8000);
    await running;
    expect(failures).toBe(5);
    expect(lines).toEqual([
      "maintenance of memory failed and will be repeated; rows are still written meanwhile: the disk is gone",
    ]);
  });
});
