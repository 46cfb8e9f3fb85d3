import { expect, it } from "vitest";
import { createMemoryStorage } from "../storage/testing/memory-storage";
import { type Action, formatCommit, type RemoveFile } from "./actions";
import { catchUp, decodeWhole, readSnapshot } from "./snapshot";
import { supportedProtocol } from "./state";

const metaData = {
  id: "id",
  format: { provider: "parquet", options: {} },
  schemaString: "{}",
  partitionColumns: [],
  configuration: {},
};
const add = (path: string) => ({
  add: { path, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true },
});
const remove = (path: string, deletionTimestamp?: number): { remove: RemoveFile } => ({
  remove: { path, dataChange: false, ...(deletionTimestamp !== undefined && { deletionTimestamp }) },
});

function table() {
  const storage = createMemoryStorage();
  storage.entries.set(
    0,
    formatCommit([{ protocol: supportedProtocol }, { metaData }, add("a"), add("b"), add("c")]),
  );
  storage.entries.set(
    1,
    formatCommit([remove("a", 100), remove("b"), { txn: { appId: "p", version: 1, lastUpdated: 5 } }]),
  );
  return storage;
}

it("a snapshot holds the files in the table and the removed ones", async () => {
  const snapshot = (await readSnapshot(table().log))!;
  expect([...snapshot.files.keys()]).toEqual(["c"]);
  expect([...snapshot.tombstones.keys()]).toEqual(["a", "b"]);
  expect(snapshot.state.transactions).toEqual(new Map([["p", 1]]));
  snapshot.apply({ version: 2, actions: [add("a")] });
  expect([...snapshot.tombstones.keys()]).toEqual(["b"]);
  snapshot.forget(["b"]);
  expect(snapshot.tombstones.size).toBe(0);
});

it.each([
  ["last", (actions: Action[]) => actions],
  ["first", (actions: Action[]) => actions.toReversed()],
])(
  "keeps a file that a commit removes and adds, as when its deleted rows change, adding it %s",
  async (_when, order) => {
    const snapshot = (await readSnapshot(table().log))!;
    snapshot.apply({ version: 2, actions: order([remove("c"), add("c")]) });
    expect([...snapshot.files.keys()]).toEqual(["c"]);
    expect([...snapshot.tombstones.keys()]).toEqual(["a", "b"]);
  },
);

it("a checkpoint of a snapshot keeps every transaction, and recently removed files", async () => {
  const snapshot = (await readSnapshot(table().log))!;
  await expect(decodeWhole(snapshot.encode(100).contents)).resolves.toEqual({
    protocol: supportedProtocol,
    metadata: metaData,
    transactions: [{ appId: "p", version: 1, lastUpdated: 5 }],
    adds: [{ ...add("c").add, dataChange: false }],
    removes: [remove("a", 100).remove],
  });
  expect((await decodeWhole(snapshot.encode(101).contents))?.removes).toEqual([]);
});

it("a snapshot follows the log, and detects that the log was cleaned up beyond it", async () => {
  const storage = table();
  const snapshot = (await readSnapshot(storage.log))!;
  storage.entries.set(2, formatCommit([add("d")]));
  storage.entries.set(3, formatCommit([remove("c", 7)]));
  await expect(catchUp(snapshot, storage.log)).resolves.toBe(true);
  expect([...snapshot.files.keys()]).toEqual(["d"]);
  await expect(catchUp(snapshot, storage.log)).resolves.toBe(true);
  expect(snapshot.version).toBe(3);
  for (const version of [0, 1, 2, 3]) storage.entries.delete(version);
  storage.entries.set(5, formatCommit([add("e")]));
  await expect(catchUp(snapshot, storage.log)).resolves.toBe(false);
});
