import { describe, expect, it } from "vitest";
import type { AddFile } from "../../../shared/delta/log/actions";
import { Snapshot } from "../../../shared/delta/log/snapshot";
import { createMemoryStorage } from "../../../shared/delta/storage/testing/memory-storage";
import { deletablePath, expired, Pace, removeOrphans } from "./clean-up";

const add = (path: string): AddFile => ({
  path,
  partitionValues: {},
  size: 1,
  modificationTime: 0,
  dataChange: true,
});
const holding = (...paths: string[]) => ({ files: new Map(paths.map((path) => [path, add(path)])) });

describe("deleting what is no longer needed", () => {
  it("counts from the removal, and takes one at an unknown time for an old one", () => {
    const removes = [
      { path: "at 99", dataChange: true, deletionTimestamp: 99 },
      { path: "at 100", dataChange: true, deletionTimestamp: 100 },
      { path: "at some time", dataChange: true },
    ];
    expect(expired(removes, 100)).toEqual(["at 99", "at some time"]);
  });

  it("finds files in the table's directory by the paths of the log", () => {
    expect(deletablePath(holding(), "minute=1/a%20b.parquet")).toBe("minute=1/a b.parquet");
  });

  it.each(["file:/x/a.parquet", "s3://x/a", "/etc/passwd", "../other/a", "a/%2E%2E/%2E%2E/b"])(
    "does not touch %s, which lies elsewhere",
    (path) => {
      expect(deletablePath(holding(), path)).toBeUndefined();
    },
  );

  it("does not touch a file of the table, however its path is written", () => {
    expect(deletablePath(holding("a%20b"), "a b")).toBeUndefined();
    expect(deletablePath(holding("a b"), "a%20b")).toBeUndefined();
    expect(deletablePath(holding("a%20b"), "a%20b")).toBeUndefined();
  });

  it("takes nothing for an orphan when the table has files that it cannot find", async () => {
    const storage = createMemoryStorage();
    await storage.files.write([{ path: "a.parquet", contents: new Uint8Array() }]);
    storage.modifiedAt.set("a.parquet", 0);
    const snapshot = new Snapshot();
    const pace = new Pace(new AbortController().signal);
    snapshot.apply({ version: 0, actions: [{ add: add("file:///table/a.parquet") }] });
    await expect(removeOrphans(storage, snapshot, 0, Date.now(), pace)).resolves.toBe(0);
    snapshot.apply({
      version: 1,
      actions: [{ remove: { path: "file:///table/a.parquet", dataChange: true } }],
    });
    await expect(removeOrphans(storage, snapshot, 0, Date.now(), pace)).resolves.toBe(0);
    snapshot.forget(["file:///table/a.parquet"]);
    await expect(removeOrphans(storage, snapshot, 0, Date.now(), pace)).resolves.toBe(1);
  });
});
