import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StorageFaultPoint } from "../fault-points";
import { openLocalStorage } from "./local-storage";
import { checkpointName, logFileName } from "./log-names";
import type { StoredFile } from "./storage";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lake-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("local storage", () => {
  it("lets exactly one of many write a version, and leaves no temporary file", async () => {
    const stores = await Promise.all(Array.from({ length: 4 }, () => openLocalStorage(join(root, "table"))));
    const attempts = Array.from({ length: 20 }, (_, index) =>
      stores[index % stores.length]!.log.putIfAbsent(0, `text ${index}\n`),
    );
    const results = await Promise.all(attempts);
    expect(results.filter((result) => result === "written")).toHaveLength(1);
    const winner = results.indexOf("written");
    expect(readdirSync(join(root, "table", "_delta_log"))).toEqual(["00000000000000000000.json"]);
    await expect(stores[0]?.log.read(0)).resolves.toBe(`text ${winner}\n`);
  });

  it("lists the versions in order, ignores other files, and reads nothing if there is no file", async () => {
    const { log } = await openLocalStorage(root);
    await log.putIfAbsent(10, "ten");
    await log.putIfAbsent(9, "nine");
    for (const name of [
      "_last_checkpoint",
      "00000000000000000009.checkpoint.parquet",
      "00000000000000000008.checkpoint.0000000001.0000000002.parquet",
      "00000000000000000010.crc",
    ]) {
      writeFileSync(join(root, "_delta_log", name), "");
    }
    await expect(log.list()).resolves.toEqual({ commits: [9, 10], checkpoints: [9] });
    await expect(log.read(11)).resolves.toBeUndefined();
    await expect(log.readCheckpoint(10)).resolves.toBeUndefined();
    const has = await Promise.all([8, 9, 10, 11].map((version) => log.has(version)));
    expect(has).toEqual([false, true, true, false]);
  });

  it("writes data files in new directories, and never replaces one", async () => {
    const { files } = await openLocalStorage(root);
    await files.write([
      { path: "year=1/minute=2/a", contents: Buffer.from("A") },
      { path: "year=1/minute=3/b", contents: Buffer.from("B") },
    ]);
    expect(readFileSync(join(root, "year=1/minute=3/b"), "utf8")).toBe("B");
    await expect(
      files.write([{ path: "year=1/minute=2/a", contents: Buffer.from("X") }]),
    ).rejects.toMatchObject({
      code: "STORAGE_FAILED",
    });
    expect(readFileSync(join(root, "year=1/minute=2/a"), "utf8")).toBe("A");
  });

  it("removes the files that it wrote if it cannot write all", async () => {
    const { files } = await openLocalStorage(join(root, "deep", "table"));
    await files.write([{ path: "minute=1/a", contents: Buffer.from("A") }]);
    const both = [
      { path: "minute=2/b", contents: Buffer.from("B") },
      { path: "minute=1/a", contents: Buffer.from("X") },
    ];
    await expect(files.write(both)).rejects.toMatchObject({ code: "STORAGE_FAILED", retriable: true });
    expect(readdirSync(join(root, "deep", "table", "minute=2"))).toEqual([]);
    expect(readFileSync(join(root, "deep", "table", "minute=1", "a"), "utf8")).toBe("A");
  });

  it("replaces a checkpoint, and names it", async () => {
    const { log } = await openLocalStorage(root);
    await expect(log.readLastCheckpoint()).resolves.toBeUndefined();
    await log.writeCheckpoint({ version: 20, contents: Buffer.from("torn"), actions: 1 });
    await log.writeCheckpoint({ version: 20, contents: Buffer.from("whole"), actions: 7 });
    await expect(log.readCheckpoint(20).then(String)).resolves.toBe("whole");
    await expect(log.readLastCheckpoint()).resolves.toBe('{"version":20,"size":7}');
    expect(readdirSync(join(root, "_delta_log")).sort()).toEqual([
      "00000000000000000020.checkpoint.parquet",
      "_last_checkpoint",
    ]);
  });

  it("removes the old part of the log before a version, without making holes", async () => {
    const { log } = await openLocalStorage(root);
    const directory = join(root, "_delta_log");
    for (const version of [0, 1, 2, 3, 4, 5]) await log.putIfAbsent(version, "{}");
    for (const version of [1, 3, 4])
      await log.writeCheckpoint({ version, contents: Buffer.from("c"), actions: 1 });
    const age = (name: string, seconds: number) => utimesSync(join(directory, name), seconds, seconds);
    for (const version of [0, 1, 3, 4]) age(logFileName(version), 1000);
    for (const version of [1, 4]) age(checkpointName(version), 1000);
    await expect(log.removeBefore(4, 1_000_001)).resolves.toBe(3);
    await expect(log.list()).resolves.toEqual({ commits: [2, 3, 4, 5], checkpoints: [3, 4] });
    await expect(log.removeBefore(4, 1_000_001)).resolves.toBe(0);
    await log.remove(5);
    await log.remove(5);
    await expect(log.has(5)).resolves.toBe(false);
  });

  it("finds, reads and removes data files, and ignores hidden ones", async () => {
    const { files } = await openLocalStorage(root);
    const contents = Buffer.from("A");
    const paths = ["a", "year=1/minute=2/b", "year=1/minute=3/c"];
    await files.write([...paths, "_x/d", ".y/e", "year=1/_f"].map((path) => ({ path, contents })));
    utimesSync(join(root, "a"), 5, 5);
    const found: StoredFile[] = [];
    for await (const list of files.walk()) found.push(...list);
    expect(found.map(({ path }) => path).sort()).toEqual(paths);
    expect(found.find(({ path }) => path === "a")?.modifiedAt).toBe(5000);
    await expect(files.read("year=1/minute=3/c").then(String)).resolves.toBe("A");
    await files.remove(["year=1/minute=3/c", "never/there"]);
    await expect(files.read("year=1/minute=3/c")).resolves.toBeUndefined();
    await expect(files.read("year=1/minute=2/b").then(String)).resolves.toBe("A");
  });

  it("reaches its fault points in order", async () => {
    const reached: StorageFaultPoint[] = [];
    const { log, files } = await openLocalStorage(root, {
      faults: { reach: (point) => reached.push(point) },
    });
    await files.write(["a", "b"].map((path) => ({ path, contents: Buffer.from("A") })));
    await log.putIfAbsent(0, "{}");
    await log.putIfAbsent(0, "{}");
    await log.writeCheckpoint({ version: 0, contents: Buffer.from("c"), actions: 1 });
    expect(reached).toEqual([
      "before data file fsync",
      "after data file fsync",
      "before data file fsync",
      "after data file fsync",
      "before log link",
      "after log link",
      "before log link",
      "before checkpoint rename",
      "after checkpoint rename",
    ]);
  });

  it("removes old temporary files of killed processes, and no others", async () => {
    const log = join(root, "_delta_log");
    mkdirSync(log);
    const old = [
      ".00000000000000000003.json.1.tmp",
      ".00000000000000000003.checkpoint.parquet.1.tmp",
      "._last_checkpoint.1.tmp",
    ];
    const young = ".00000000000000000004.json.2.tmp";
    for (const name of [...old, young, "other.tmp"]) writeFileSync(join(log, name), "");
    const longAgo = Date.now() / 1000 - 7200;
    for (const name of [...old, "other.tmp"]) utimesSync(join(log, name), longAgo, longAgo);
    await openLocalStorage(root);
    expect(readdirSync(log).sort()).toEqual([young, "other.tmp"]);
  });

  it("refuses a directory with other contents, and does not change it", async () => {
    writeFileSync(join(root, "notes.txt"), "mine");
    await expect(openLocalStorage(root)).rejects.toMatchObject({ code: "NOT_A_TABLE" });
    expect(readdirSync(root)).toEqual(["notes.txt"]);
    await expect(openLocalStorage(join(root, "notes.txt"))).rejects.toMatchObject({
      code: "NOT_A_TABLE",
    });
  });
});
