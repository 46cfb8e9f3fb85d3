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
import { openLocalStorage } from "./local-storage";

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

  it("lists the versions in order, past files of other kinds, and reads nothing where there is none", async () => {
    const { log } = await openLocalStorage(root);
    await log.putIfAbsent(10, "ten");
    await log.putIfAbsent(9, "nine");
    writeFileSync(join(root, "_delta_log", "_last_checkpoint"), "{}");
    writeFileSync(join(root, "_delta_log", "00000000000000000009.checkpoint.parquet"), "");
    await expect(log.list()).resolves.toEqual([9, 10]);
    await expect(log.read(11)).resolves.toBeUndefined();
  });

  it("writes data files in new directories, and never over one that is there", async () => {
    const { files } = await openLocalStorage(root);
    await files.write([
      { path: "year=1/minute=2/a", contents: Buffer.from("A") },
      { path: "year=1/minute=3/b", contents: Buffer.from("B") },
    ]);
    expect(readFileSync(join(root, "year=1/minute=3/b"), "utf8")).toBe("B");
    await expect(
      files.write([{ path: "year=1/minute=2/a", contents: Buffer.from("X") }]),
    ).rejects.toMatchObject({
      code: "LAKE_STORAGE_FAILED",
    });
    expect(readFileSync(join(root, "year=1/minute=2/a"), "utf8")).toBe("A");
  });

  it("takes back what it wrote when it cannot write all", async () => {
    const { files } = await openLocalStorage(join(root, "deep", "table"));
    await files.write([{ path: "minute=1/a", contents: Buffer.from("A") }]);
    const both = [
      { path: "minute=2/b", contents: Buffer.from("B") },
      { path: "minute=1/a", contents: Buffer.from("X") },
    ];
    await expect(files.write(both)).rejects.toMatchObject({ code: "LAKE_STORAGE_FAILED", canRetry: true });
    expect(readdirSync(join(root, "deep", "table", "minute=2"))).toEqual([]);
    expect(readFileSync(join(root, "deep", "table", "minute=1", "a"), "utf8")).toBe("A");
  });

  it("removes temporary files that a killed process left long ago, and no others", async () => {
    const log = join(root, "_delta_log");
    mkdirSync(log);
    const old = ".00000000000000000003.json.1.tmp";
    const young = ".00000000000000000004.json.2.tmp";
    for (const name of [old, young, "other.tmp"]) writeFileSync(join(log, name), "");
    const longAgo = Date.now() / 1000 - 7200;
    utimesSync(join(log, old), longAgo, longAgo);
    utimesSync(join(log, "other.tmp"), longAgo, longAgo);
    await openLocalStorage(root);
    expect(readdirSync(log).sort()).toEqual([young, "other.tmp"]);
  });

  it("refuses a place that holds something else, and leaves it as it is", async () => {
    writeFileSync(join(root, "notes.txt"), "mine");
    await expect(openLocalStorage(root)).rejects.toMatchObject({ code: "LAKE_NOT_A_TABLE" });
    expect(readdirSync(root)).toEqual(["notes.txt"]);
    await expect(openLocalStorage(join(root, "notes.txt"))).rejects.toMatchObject({
      code: "LAKE_NOT_A_TABLE",
    });
  });
});
