import { beforeEach, describe, expect, it } from "vitest";
import { rowsPerSecond } from "./commit-frame";
import { TableLog } from "./table-log";
import { rowsOf, startMs, TestTable } from "./testing/test-table";

let table: TestTable;
let log: TableLog;
beforeEach(() => {
  table = new TestTable();
  log = new TableLog(table.storage);
});

const anew = { kind: "anew" };
const commits = (...changes: readonly object[]) => ({ kind: "commits", changes });
const total = () => log.files.total;

describe("the log of a table", () => {
  it("is nothing before there is a table", async () => {
    expect(await log.look(0)).toEqual(commits());
    expect([log.version, log.problem, log.commits]).toEqual([undefined, undefined, []]);
    table.create();
    expect(await log.look(1)).toEqual(anew);
    expect(log.version).toBe(0);
  });

  it("is not to be trusted while another program has it ask for more, and is again when that is taken back", async () => {
    table.create();
    const { path } = await table.append(rowsOf([0]), { next: { 0: 1 } });
    await log.look(0);
    const protocol = {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ["deletionVectors"],
      writerFeatures: [],
    };
    table.commit("SET TBLPROPERTIES", [{ protocol }]);
    for (const nowMs of [1_000, 2_000, 20_000]) {
      await log.look(nowMs);
      expect(log.problem).toContain("cannot do: the feature deletionVectors");
      expect(log.transactions).toEqual(new Map([["kafka-iot-sim-lake:device-1:0", 1]]));
    }
    table.commit("RESTORE", [{ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }]);
    await log.look(21_000);
    expect(log.problem).toBeUndefined();
    expect([...log.files.paths]).toEqual([path]);
    // One that was read from its start has seen nothing of it.
    const later = new TableLog(table.storage);
    await later.look(0);
    expect([later.problem, later.version]).toEqual([undefined, 3]);
  });

  it("brings files, which are counted by minute", async () => {
    table.create();
    const first = await table.append(rowsOf([0, 1, 2]), { minute: 3, next: { 0: 3 } });
    await log.look(0);
    const second = await table.append(rowsOf([3]), { minute: 1, next: { 0: 4 } });
    const third = await table.append(rowsOf([4]), { minute: 3, next: { 0: 5 } });
    expect(await log.look(1_000)).toEqual(
      commits({ brought: [second.path], keepsRows: true }, { brought: [third.path], keepsRows: true }),
    );
    expect(total()).toEqual({ rows: 5, files: 3, bytes: first.size + second.size + third.size });
    expect(log.files.newestMinutes(9)).toEqual([
      { timeMs: startMs + 60_000, rows: 1, files: 1, bytes: second.size },
      { timeMs: startMs + 180_000, rows: 4, files: 2, bytes: first.size + third.size },
    ]);
    expect(log.files.newestMinutes(1)).toMatchObject([{ rows: 4 }]);
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

  it("tells rearranged rows from new ones and from others", async () => {
    table.create();
    const files = [await table.append(rowsOf([0, 1])), await table.append(rowsOf([2]))];
    await log.look(0);
    const compacted = await table.compact(files, rowsOf([0, 1, 2]));
    expect(await log.look(1)).toEqual(commits({ brought: [], keepsRows: true }));
    expect(log.commits[0]).toMatchObject({ rowsAdded: 0, filesAdded: 1, filesRemoved: 2 });
    expect(total()).toEqual({ rows: 3, files: 1, bytes: compacted.size });
    expect(log.files.minuteCount).toBe(1);

    const fewer = await table.compact([compacted], rowsOf([0, 1]));
    expect(await log.look(2)).toEqual(commits({ brought: [], keepsRows: false }));
    table.commit("DELETE", [{ remove: { path: fewer.path, dataChange: true } }]);
    expect(await log.look(3)).toEqual(commits({ brought: [], keepsRows: false }));
    expect(total()).toEqual({ rows: 0, files: 0, bytes: 0 });
    expect(log.files.minuteCount).toBe(0);

    const known = await table.append(rowsOf([0]));
    await log.look(4);
    table.commit("COMPUTE STATS", [{ add: { ...known, dataChange: false } }]);
    expect(await log.look(5)).toEqual(commits({ brought: [], keepsRows: true }));
    expect(total()).toEqual({ rows: 1, files: 1, bytes: known.size });
    const moved = await table.file(rowsOf([1]), { dataChange: false });
    table.commit("RESTORE", [{ add: moved }]);
    expect(await log.look(6)).toEqual(commits({ brought: [moved.path], keepsRows: true }));

    const unknown = { ...(await table.file(rowsOf([2]))), stats: "{}" };
    table.commit("WRITE", [{ add: unknown }]);
    table.commit("DELETE", [{ remove: { path: unknown.path, dataChange: true } }]);
    expect(await log.look(7)).toEqual(
      commits({ brought: [unknown.path], keepsRows: true }, { brought: [], keepsRows: false }),
    );
  });

  it("is read from its checkpoint on, with the commits that are still there", async () => {
    table.create();
    for (let offset = 0; offset < 60; offset++)
      await table.append(rowsOf([offset]), { minute: offset, next: { 0: offset + 1 } });
    await table.checkpoint();
    await table.append(rowsOf([60, 61]), { minute: 2, next: { 0: 62 } });
    for (let version = 0; version < 30; version++) table.storage.entries.delete(version);
    expect(await log.look(0)).toEqual(anew);
    expect(total()).toMatchObject({ rows: 62, files: 61 });
    expect(log.files.minuteCount).toBe(60);
    expect(log.transactions.get("kafka-iot-sim-lake:device-1:0")).toBe(62);
    expect(log.commits.map(({ version }) => version)).toEqual(
      Array.from({ length: 32 }, (_, index) => 61 - index),
    );
  });

  it("is read anew where it was cleaned up beyond what is known", async () => {
    table.create();
    await table.append(rowsOf([0]));
    await log.look(0);
    await table.append(rowsOf([1]));
    await table.append(rowsOf([2]));
    await table.checkpoint();
    for (let version = 0; version < 3; version++) table.storage.entries.delete(version);
    expect(await log.look(20_000)).toEqual(anew);
    expect([log.version, total().rows]).toEqual([3, 3]);
  });

  it("has a problem while an entry is damaged, keeps what is known, and goes on when it can", async () => {
    table.create();
    await table.append(rowsOf([0]));
    await log.look(0);
    const good = await table.append(rowsOf([1]));
    const text = table.storage.entries.get(2) ?? "";
    await table.append(rowsOf([2]));
    table.storage.entries.set(2, "{");
    expect(await log.look(20_000)).toEqual(commits());
    expect(log.problem).toMatch(/^version 2 of the Delta log cannot be read: line 1 is not JSON/);
    expect([log.version, total().rows]).toEqual([1, 1]);
    expect(await log.look(60_000)).toEqual(commits());
    expect(log.problem).toMatch(/^version 2/);
    table.storage.entries.set(2, text);
    expect(await log.look(61_000)).toMatchObject(commits({ brought: [good.path] }, {}));
    expect([log.problem, total().rows]).toEqual([undefined, 3]);
  });

  it("goes on from a checkpoint after a damaged entry, if that stays as it is", async () => {
    table.create();
    await table.append(rowsOf([0]));
    await log.look(0);
    await table.append(rowsOf([1]));
    await table.checkpoint();
    table.storage.entries.set(2, "{");
    expect(await log.look(20_000)).toEqual(commits());
    expect(await log.look(25_000)).toEqual(commits());
    expect(await log.look(30_000)).toEqual(anew);
    expect([log.problem, total().rows, log.commits.length]).toEqual([undefined, 2, 0]);
  });

  it("is gone when the table is taken away, and another table when there is one again", async () => {
    table.create();
    await table.append(rowsOf([0]));
    await log.look(0);
    table.storage.entries.clear();
    expect(await log.look(20_000)).toEqual(anew);
    expect([log.version, total().rows]).toEqual([undefined, 0]);
    table.commit("CREATE TABLE", [], 0).create();
    expect(await log.look(21_000)).toEqual(anew);
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

  it("are those of the last minute's commits, since the one before them", () => {
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
