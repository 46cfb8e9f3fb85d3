import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { NotThere } from "./docker";
import { cachedPath, commonDirectory, FileCache } from "./file-cache";

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), "file-cache-"))));
afterEach(() => rm(root, { recursive: true }));

const add = (path: string, size = 1) => ({
  path,
  partitionValues: { minute: path.includes("minute=2") ? "2" : "1" },
  size,
  modificationTime: 0,
  dataChange: true,
});

/** A table of files of one byte, that remembers how it was read. */
function storedTable(paths: readonly string[]) {
  const reads: string[] = [];
  const file = (name: string) => ({ name, contents: Buffer.from("x"), modifiedMs: 0 });
  return {
    location: "a table",
    reads,
    readFile(path: string) {
      reads.push(path);
      return paths.includes(path) ? Promise.resolve(file(path)) : Promise.reject(new NotThere(path));
    },
    async *readFiles(directory: string, wanted: (path: string) => boolean) {
      reads.push(`all of ${directory}`);
      for (const path of paths) if (wanted(path)) yield await Promise.resolve(file(path));
    },
  };
}

const copies = async () =>
  (await readdir(join(root, "id"), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();

it("the cache copies missing files, and deletes those that left the table", async () => {
  const table = storedTable(["minute=1/a", "minute=1/b", "minute=2/c"]);
  const cache = await FileCache.open(root);
  const provide = (...paths: string[]) =>
    cache.provide({
      table,
      tableId: "id",
      files: paths.map((path) => add(path)),
      partitionColumns: ["minute"],
    });

  const [a, b] = await provide("minute=1/a", "minute=1/b");
  expect([a, b]).toEqual([join(root, "id", "minute=1", "a"), join(root, "id", "minute=1", "b")]);
  expect(await readFile(a!, "utf8")).toBe("x");
  expect(table.reads.splice(0)).toEqual(["minute=1/a", "minute=1/b"]);

  await provide("minute=1/b", "minute=2/c");
  expect(table.reads).toEqual(["minute=2/c"]);
  expect(await copies()).toEqual(["b", "c"]);
  await cache.close();
});

it("the cache copies many files in one stream of their directory", async () => {
  const paths = Array.from({ length: 40 }, (_, index) => `day=1/minute=${1 + (index % 2)}/f${index}`);
  const table = storedTable(["day=1/minute=1/orphan", ...paths]);
  const cache = await FileCache.open(root);
  const files = paths.map((path) => add(path));
  await cache.provide({ table, tableId: "id", files, partitionColumns: ["minute"] });
  expect(table.reads).toEqual(["all of day=1"]);
  expect(await copies()).toEqual(paths.map((path) => path.split("/")[2]).sort());
  const gone = [...paths.map((path) => `${path}-2`)].map((path) => add(path));
  await expect(cache.provide({ table, tableId: "id", files: gone, partitionColumns: [] })).rejects.toThrow(
    NotThere,
  );
  await cache.close();
});

it("the cache deletes nothing that another process may read, and does not wait for killed ones", async () => {
  const table = storedTable(["a", "b"]);
  const cache = await FileCache.open(root);
  const provide = (path: string) =>
    cache.provide({ table, tableId: "id", files: [add(path)], partitionColumns: [] });
  await provide("a");
  const other = join(root, ".readers", `${process.ppid}-other`);
  await writeFile(other, "");
  await provide("b");
  expect(await copies()).toEqual(["a", "b"]);
  await rm(other);
  await writeFile(join(root, ".readers", "2147483647-killed"), "");
  await provide("b");
  expect(await copies()).toEqual(["b"]);
  await cache.close();
  expect(await readdir(join(root, ".readers"))).toEqual([]);
});

it.each([
  ["few files", 0],
  ["many", 20],
])("the cache skips files of a wrong size, and missing ones if asked to, among %s", async (_how, more) => {
  const others = Array.from({ length: more }, (_, index) => `o${index}`);
  const table = storedTable(["a", "b", ...others]);
  const cache = await FileCache.open(root);
  const unread: string[] = [];
  const files = [add("a", 2), add("b"), add("gone"), ...others.map((path) => add(path))];
  const provide = (mayLack: boolean) =>
    cache.provide({ table, tableId: "id", files, partitionColumns: [], mayLack }, undefined, (path, reason) =>
      unread.push(`${path}: ${reason}`),
    );
  await expect(provide(false)).rejects.toThrow("gone");
  unread.length = 0;
  const paths = await provide(true);
  expect(paths.map((path) => basename(path))).toEqual(["b", ...others]);
  expect(unread).toEqual(["a: it has 1 byte, and the log says 2", "gone: it is not there"]);
  expect(await copies()).toEqual(["b", ...others].sort());
  await cache.close();
});

it("the cache names copies by the log's partition values, whatever the path of the file", () => {
  const partitionValues = { year: "2026", place: "a/b*", none: null };
  expect(
    cachedPath({ path: "year=1/p%20art%5B1%5D.parquet", partitionValues }, ["year", "place", "none"]),
  ).toBe("year=2026/place=a%2Fb%2A/none=__HIVE_DEFAULT_PARTITION__/p%20art%5B1%5D.parquet");
  expect(cachedPath({ path: "p.parquet", partitionValues: {} }, [])).toBe("p.parquet");
});

it("the common directory is the innermost that holds all files", () => {
  expect(commonDirectory(["a/b/c/1", "a/b/d/2", "a/b/3"])).toBe("a/b");
  expect(commonDirectory(["a/1", "ab/2"])).toBe("");
  expect(commonDirectory(["a/b/1"])).toBe("a/b");
});
