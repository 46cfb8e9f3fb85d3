import { describe, expect, it } from "vitest";
import { type Action, type AddFile, formatCommit, parseCommit } from "../log/actions";
import { supportedProtocol } from "../log/state";
import { createMemoryStorage } from "../storage/testing/memory-storage";
import type { LogStore } from "../storage/storage";
import { rewriteFiles } from "./rewrite";

const metaData = {
  id: "id",
  format: { provider: "parquet", options: {} },
  schemaString: "{}",
  partitionColumns: [],
  configuration: {},
};
const file = (path: string, dataChange = true): AddFile => ({
  path,
  partitionValues: { minute: "1" },
  size: 7,
  modificationTime: 0,
  dataChange,
});
const rewrite = { since: 1, removes: [file("a"), file("b")], adds: [file("ab")], engine: "test", now: 1000 };

function table(...later: (readonly Action[])[]) {
  const storage = createMemoryStorage();
  const commits = [
    [{ protocol: supportedProtocol }, { metaData }],
    [{ add: file("a") }, { add: file("b") }, { add: file("c") }],
    ...later,
  ];
  commits.forEach((actions, version) => storage.entries.set(version, formatCommit(actions)));
  return storage;
}

describe("rewriting files", () => {
  it("marks that no rows change", async () => {
    const storage = table();
    await expect(rewriteFiles(storage.log, rewrite)).resolves.toEqual({ kind: "committed", version: 2 });
    const removal = {
      deletionTimestamp: 1000,
      dataChange: false,
      extendedFileMetadata: true,
      partitionValues: { minute: "1" },
      size: 7,
    };
    expect(parseCommit(2, storage.entries.get(2) ?? "")).toEqual([
      {
        commitInfo: {
          timestamp: 1000,
          operation: "OPTIMIZE",
          operationParameters: {},
          isBlindAppend: false,
          engineInfo: "test",
          txnId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        },
      },
      { remove: { path: "a", ...removal } },
      { remove: { path: "b", ...removal } },
      { add: file("ab", false) },
    ]);
  });

  it("does not conflict with appends, or with removals of other files", async () => {
    const storage = table([{ add: file("d") }, { txn: { appId: "p", version: 1 } }], [{ remove: file("c") }]);
    await expect(rewriteFiles(storage.log, rewrite)).resolves.toEqual({ kind: "committed", version: 4 });
  });

  it.each<[string, Action[]]>([
    ["removed one of the files", [{ remove: file("b") }]],
    ["added one of the files anew", [{ add: file("b") }]],
    ["changed what the table is", [{ metaData }]],
  ])("commits nothing if another writer %s", async (_what, actions) => {
    const storage = table([{ add: file("d") }], actions, [{ add: file("e") }]);
    await expect(rewriteFiles(storage.log, rewrite)).resolves.toEqual({ kind: "conflict", version: 3 });
    expect(storage.entries.size).toBe(5);
  });

  it("changes the description of files that nobody else has changed", async () => {
    const described = { ...rewrite, removes: [], adds: [file("a")], operation: "COMPUTE STATS" };
    const storage = table([{ remove: file("b") }]);
    await expect(rewriteFiles(storage.log, described)).resolves.toEqual({ kind: "committed", version: 3 });
    expect(parseCommit(3, storage.entries.get(3) ?? "")).toEqual([
      { commitInfo: expect.objectContaining({ operation: "COMPUTE STATS" }) as object },
      { add: file("a", false) },
    ]);
    const removed = table([{ remove: file("a") }]);
    await expect(rewriteFiles(removed.log, described)).resolves.toEqual({ kind: "conflict", version: 2 });
    expect(removed.entries.size).toBe(3);
  });

  it("lets exactly one of two rewrites of the same files succeed", async () => {
    const storage = table();
    const results = await Promise.all([
      rewriteFiles(storage.log, rewrite),
      rewriteFiles(storage.log, rewrite),
    ]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(["committed", "conflict"]);
    expect(storage.entries.size).toBe(3);
  });

  it("recognises its own commit if the reply was lost", async () => {
    const storage = table();
    const deaf: LogStore = {
      ...storage.log,
      putIfAbsent: async (version, text) => {
        await storage.log.putIfAbsent(version, text);
        return "exists";
      },
    };
    await expect(rewriteFiles(deaf, rewrite)).resolves.toEqual({ kind: "committed", version: 2 });
    expect(storage.entries.size).toBe(3);
  });

  it("commits nothing if the log was cleaned up meanwhile", async () => {
    const storage = table();
    const emptied: LogStore = {
      ...storage.log,
      putIfAbsent: (version, text) => {
        storage.entries.clear();
        return storage.log.putIfAbsent(version, text);
      },
    };
    await expect(rewriteFiles(emptied, rewrite)).resolves.toEqual({ kind: "conflict", version: 1 });
    expect(storage.entries.size).toBe(0);
    const closed: LogStore = {
      ...storage.log,
      putIfAbsent: () => Promise.reject(new Error("not asked for")),
    };
    await expect(rewriteFiles(closed, rewrite)).resolves.toEqual({ kind: "conflict", version: 1 });
  });
});
