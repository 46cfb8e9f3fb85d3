import { beforeEach, describe, expect, it } from "vitest";
import { rowsPerSecond } from "./live-files";
import { TableLog } from "./table-log";
import { rowsOf, startMs, TestTable } from "./testing/test-table";

let table: TestTable;
let log: TableLog;
beforeEach(() => {
  table = new TestTable();
  log = new TableLog(table.storage);
});

const replaced = { kind: "replaced" };
const commits = (...changes: readonly object[]) => ({ kind: "commits", changes });
const total = () => log.files.total;

describe("the log of a table", () => {
  it("is empty before the table exists", async () => {
    expect(await log.update(0)).toEqual(commits());
    expect([log.version, log.problem, log.commits]).toEqual([undefined, undefined, []]);
    table.create();
    expect(await log.update(1)).toEqual(replaced);
    expect(log.version).toBe(0);
  });

  it("has a problem while another program has raised its protocol, until the protocol is restored", async () => {
    table.create();
    const { path } = await table.append(rowsOf([0]), { next: { 0: 1 } });
    await log.update(0);
    const protocol = {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ["deletionVectors"],
      writerFeatures: [],
    };
    table.commit("SET TBLPROPERTIES", [{ protocol }]);
    for (const nowMs of [1_000, 2_000, 20_000]) {
      await log.update(nowMs);
      expect(log.problem).toContain("cannot do: the feature deletionVectors");
      expect(log.transactions).toEqual(new Map([["kafka-iot-sim-lake:device-1:0", 1]]));
    }
    table.commit("RESTORE", [{ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }]);
    await log.update(21_000);
    expect(log.problem).toBeUndefined();
    expect([...log.files.paths]).toEqual([path]);
    // One that was read from its start has seen nothing of it.
    const later = new TableLog(table.storage);
    await later.update(0);
    expect([later.problem, later.version]).toEqual([undefined, 3]);
  });

  it("counts files by minute", async () => {
    table.create();
    const first = await table.append(rowsOf([0, 1, 2]), { minute: 3, next: { 0: 3 } });
    await log.update(0);
    const second = await table.append(rowsOf([3]), { minute: 1, next: { 0: 4 } });
    const third = await table.append(rowsOf([4]), { minute: 3, next: { 0: 5 } });
    expect(await log.update(1_000)).toEqual(
      commits({ brought: [second.path], keepsRows: true }, { brought: [third.path], keepsRows: true }),
    );
    expect(total()).toEqual({ rows: 5, files: 3, bytes: first.size + second.size + third.size });
    expect(log.files.latestMinutes(9)).toEqual([
      { timeMs: startMs + 60_000, rows: 1, files: 1, bytes: second.size },
      { timeMs: startMs + 180_000, rows: 4, files: 2, bytes: first.size + third.size },
    ]);
    expect(log.files.latestMinutes(1)).toMatchObject([{ rows: 4 }]);
    expect(log.transactions).toEqual(new Map([["kafka-iot-sim-lake:device-1:0", 5]]));
    expect(log.commits).toEqual([
      {
        version: 3,
        timeMs: startMs + 30_000,
        operation: "STREAMING UPDATE",
        rowsAdded: 1,
        filesAdded: 1,
        filesRemoved: 0,
      },
      expect.objectContaining({ version: 2, rowsAdded: 1 }),
      expect.objectContaining({ version: 1, rowsAdded: 3 }),
      expect.objectContaining({ version: 0, operation: "CREATE TABLE", rowsAdded: 0, filesAdded: 0 }),
    ]);
  });

  it("tells moved rows from new and from removed ones", async () => {
    table.create();
    const files = [await table.append(rowsOf([0, 1])), await table.append(rowsOf([2]))];
    await log.update(0);
    const compacted = await table.compact(files, rowsOf([0, 1, 2]));
    expect(await log.update(1)).toEqual(commits({ brought: [], keepsRows: true }));
    expect(log.commits[0]).toMatchObject({ rowsAdded: 0, filesAdded: 1, filesRemoved: 2 });
    expect(total()).toEqual({ rows: 3, files: 1, bytes: compacted.size });
    expect(log.files.minuteCount).toBe(1);

    const fewer = await table.compact([compacted], rowsOf([0, 1]));
    expect(await log.update(2)).toEqual(commits({ brought: [], keepsRows: false }));
    table.commit("DELETE", [{ remove: { path: fewer.path, dataChange: true } }]);
    expect(await log.update(3)).toEqual(commits({ brought: [], keepsRows: false }));
    expect(total()).toEqual({ rows: 0, files: 0, bytes: 0 });
    expect(log.files.minuteCount).toBe(0);

    const known = await table.append(rowsOf([0]));
    await log.update(4);
    table.commit("COMPUTE STATS", [{ add: { ...known, dataChange: false } }]);
    expect(await log.update(5)).toEqual(commits({ brought: [], keepsRows: true }));
    expect(total()).toEqual({ rows: 1, files: 1, bytes: known.size });
    const moved = await table.file(rowsOf([1]), { dataChange: false });
    table.commit("RESTORE", [{ add: moved }]);
    expect(await log.update(6)).toEqual(commits({ brought: [moved.path], keepsRows: true }));

    const unknown = { ...(await table.file(rowsOf([2]))), stats: "{}" };
    table.commit("WRITE", [{ add: unknown }]);
    table.commit("DELETE", [{ remove: { path: unknown.path, dataChange: true } }]);
    expect(await log.update(7)).toEqual(
      commits({ brought: [unknown.path], keepsRows: true }, { brought: [], keepsRows: false }),
    );
  });

  it("is read from its checkpoint on, with the commits that still exist", async () => {
    table.create();
    for (let offset = 0; offset < 60; offset++)
      await table.append(rowsOf([offset]), { minute: offset, next: { 0: offset + 1 } });
    await table.checkpoint();
    await table.append(rowsOf([60, 61]), { minute: 2, next: { 0: 62 } });
    for (let version = 0; version < 30; version++) table.storage.entries.delete(version);
    expect(await log.update(0)).toEqual(replaced);
    expect(total()).toMatchObject({ rows: 62, files: 61 });
    expect(log.files.minuteCount).toBe(60);
    expect(log.transactions.get("kafka-iot-sim-lake:device-1:0")).toBe(62);
    expect(log.commits.map(({ version }) => version)).toEqual(
      Array.from({ length: 32 }, (_, index) => 61 - index),
    );
  });

  it("is read from the start after commits were cleaned up that it had not read", async () => {
    table.create();
    await table.append(rowsOf([0]));
    await log.update(0);
    await table.append(rowsOf([1]));
    await table.append(rowsOf([2]));
    await table.checkpoint();
    for (let version = 0; version < 3; version++) table.storage.entries.delete(version);
    expect(await log.update(20_000)).toEqual(replaced);
    expect([log.version, total().rows]).toEqual([3, 3]);
  });

  it("has a problem while an entry is damaged, keeps its state, and goes on afterwards", async () => {
    table.create();
    await table.append(rowsOf([0]));
    await log.update(0);
    const good = await table.append(rowsOf([1]));
    const text = table.storage.entries.get(2) ?? "";
    await table.append(rowsOf([2]));
    table.storage.entries.set(2, "{");
    expect(await log.update(20_000)).toEqual(commits());
    expect(log.problem).toMatch(/^version 2 of the Delta log cannot be read: line 1 is not JSON/);
    expect([log.version, total().rows]).toEqual([1, 1]);
    expect(await log.update(60_000)).toEqual(commits());
    expect(log.problem).toMatch(/^version 2/);
    table.storage.entries.set(2, text);
    expect(await log.update(61_000)).toMatchObject(commits({ brought: [good.path] }, {}));
    expect([log.problem, total().rows]).toEqual([undefined, 3]);
  });

  it("goes on from a checkpoint after an entry that stays damaged", async () => {
    table.create();
    await table.append(rowsOf([0]));
    await log.update(0);
    await table.append(rowsOf([1]));
    await table.checkpoint();
    table.storage.entries.set(2, "{");
    expect(await log.update(20_000)).toEqual(commits());
    expect(await log.update(25_000)).toEqual(commits());
    expect(await log.update(30_000)).toEqual(replaced);
    expect([log.problem, total().rows, log.commits.length]).toEqual([undefined, 2, 0]);
  });

  it("is empty after the table is removed, and another table after one is created again", async () => {
    table.create();
    await table.append(rowsOf([0]));
    await log.update(0);
    table.storage.entries.clear();
    expect(await log.update(20_000)).toEqual(replaced);
    expect([log.version, total().rows]).toEqual([undefined, 0]);
    table.commit("CREATE TABLE", [], 0).create();
    expect(await log.update(21_000)).toEqual(replaced);
  });
});

describe("rows a second", () => {
  const frame = (seconds: number, rowsAdded: number) => ({
    version: seconds,
    timeMs: seconds * 1_000,
    operation: "",
    rowsAdded,
    filesAdded: 1,
    filesRemoved: 0,
  });

  it("are counted over the commits of the last minute, since the commit before them", () => {
    expect(rowsPerSecond([], 0)).toBe(0);
    expect(rowsPerSecond([frame(100, 500)], 100_000)).toBe(0);
    expect(rowsPerSecond([frame(100, 500), frame(90, 300)], 100_000)).toBe(50);
    const commits = [frame(100, 60), frame(70, 40), frame(40, 40), frame(30, 1_000)];
    expect(rowsPerSecond(commits, 99_999)).toBe(80 / 40);
    expect(rowsPerSecond(commits, 100_000)).toBe(100 / 60);
    expect(rowsPerSecond(commits, 160_000)).toBe(0);
    expect(rowsPerSecond([frame(900, 60), frame(100, 1)], 900_000)).toBe(1);
  });
});
