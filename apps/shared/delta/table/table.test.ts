import { describe, expect, it } from "vitest";
import { formatCommit } from "../log/actions";
import { readSnapshot } from "../log/snapshot";
import type { TableSchema } from "../schema";
import { createMemoryStorage, type MemoryStorage } from "../storage/testing/memory-storage";
import type { PutResult, TableStorage } from "../storage/storage";
import { DeltaTable, type TransactionStep } from "./table";

const schema: TableSchema = { columns: [{ name: "a", type: "long", nullable: false }], partitionColumns: [] };
const open = (storage: TableStorage, other: TableSchema = schema) =>
  DeltaTable.open(storage, { name: "test", schema: other, engine: "test" });
const step = (appId: string, from: number | undefined, to: number): TransactionStep => ({ appId, from, to });
const add = (path: string) => ({ path, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true });

async function checkpoint(storage: MemoryStorage): Promise<void> {
  const snapshot = await readSnapshot(storage.log);
  if (snapshot === undefined) throw new Error("there is no table");
  await storage.log.writeCheckpoint({ version: snapshot.version, ...snapshot.encode(0) });
}

/** The same storage, with `putIfAbsent` of the log replaced. */
function withPut(
  storage: MemoryStorage,
  put: (version: number, text: string) => Promise<PutResult>,
): TableStorage {
  return { ...storage, log: { ...storage.log, putIfAbsent: put } };
}

describe("opening a table", () => {
  it("creates version 0 with protocol and metadata", async () => {
    const storage = createMemoryStorage();
    const { state } = await open(storage);
    expect(state.version).toBe(0);
    expect(state.protocol).toEqual({ minReaderVersion: 1, minWriterVersion: 2 });
    expect(state.metadata).toMatchObject({
      format: { provider: "parquet", options: {} },
      schemaString: '{"type":"struct","fields":[{"name":"a","type":"long","nullable":false,"metadata":{}}]}',
      partitionColumns: [],
      configuration: {},
    });
    expect(state.metadata.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("gives two processes that create it at once the same table", async () => {
    const storage = createMemoryStorage();
    const [one, other] = await Promise.all([open(storage), open(storage)]);
    expect(storage.entries.size).toBe(1);
    expect(one.state.metadata.id).toBe(other.state.metadata.id);
  });

  it("refuses another schema, with all differences, and another partitioning", async () => {
    const storage = createMemoryStorage();
    await open(storage);
    const wanted: TableSchema = {
      columns: [
        { name: "a", type: "double", nullable: false },
        { name: "b", type: "string", nullable: true },
      ],
      partitionColumns: ["a"],
    };
    await expect(open(storage, wanted)).rejects.toMatchObject({
      code: "SCHEMA_MISMATCH",
      message:
        'the lake cannot write to the table memory: column "a" is long instead of double; ' +
        'column "b" string is missing; it is partitioned by nothing instead of a: ' +
        "undo that, or move the table away, and the lake goes on",
    });
    const nullable: TableSchema = {
      columns: [{ name: "a", type: "long", nullable: true }],
      partitionColumns: [],
    };
    await expect(open(storage, nullable)).rejects.toMatchObject({ code: "SCHEMA_MISMATCH" });
    expect(storage.entries.size).toBe(1);
  });

  it("refuses a log with a hole", async () => {
    const storage = createMemoryStorage();
    await open(storage);
    storage.entries.set(2, "{}");
    await expect(open(storage)).rejects.toMatchObject({ code: "LOG_INCOMPLETE" });
  });
});

describe("appending to a table", () => {
  it("moves rows and offsets together, one version for each commit", async () => {
    const storage = createMemoryStorage();
    const table = await open(storage);
    await expect(
      table.append({ adds: [add("1")], transactions: [step("p", undefined, 10)] }),
    ).resolves.toEqual({
      kind: "committed",
      version: 1,
    });
    await expect(table.append({ adds: [], transactions: [step("p", 10, 12)] })).resolves.toMatchObject({
      version: 2,
    });
    expect((await open(storage)).state.transactions).toEqual(new Map([["p", 12]]));
  });

  it("takes the next version if another writer was faster with other partitions", async () => {
    const storage = createMemoryStorage();
    const one = await open(storage);
    const other = await open(storage);
    await one.append({ adds: [add("1")], transactions: [step("p", undefined, 1)] });
    await one.append({ adds: [add("2")], transactions: [step("p", 1, 2)] });
    await expect(
      other.append({ adds: [add("3")], transactions: [step("q", undefined, 7)] }),
    ).resolves.toEqual({
      kind: "committed",
      version: 3,
    });
    expect(other.state.transactions).toEqual(
      new Map([
        ["p", 2],
        ["q", 7],
      ]),
    );
  });

  it("commits nothing if another writer has moved one of its partitions", async () => {
    const storage = createMemoryStorage();
    const one = await open(storage);
    const other = await open(storage);
    await one.append({ adds: [add("1")], transactions: [step("p", undefined, 5)] });
    const late = { adds: [add("2")], transactions: [step("p", undefined, 8), step("q", undefined, 1)] };
    await expect(other.append(late)).resolves.toEqual({ kind: "conflict", version: 1, appIds: ["p"] });
    expect(storage.entries.size).toBe(2);
    await expect(other.append({ adds: [add("2")], transactions: [step("p", 5, 8)] })).resolves.toMatchObject({
      kind: "committed",
    });
  });

  it("recognises its own commit if the reply was lost", async () => {
    const storage = createMemoryStorage();
    await open(storage);
    const deaf = await open(
      withPut(storage, async (version, text) => {
        await storage.log.putIfAbsent(version, text);
        return "exists";
      }),
    );
    await expect(deaf.append({ adds: [add("1")], transactions: [step("p", undefined, 5)] })).resolves.toEqual(
      {
        kind: "committed",
        version: 1,
      },
    );
    expect(storage.entries.size).toBe(2);
    expect(deaf.state.transactions.get("p")).toBe(5);
  });

  it.each([
    ["another schema", { schemaString: '{"type":"struct","fields":[]}' }, 'column "a" long is missing'],
    ["another partitioning", { partitionColumns: ["a"] }, "it is partitioned by a instead of nothing"],
    ["another table", { id: "other" }, "it is another table now"],
    [
      "a table that forgets",
      { configuration: { "delta.setTransactionRetentionDuration": "1 day" } },
      "it sets delta.setTransactionRetentionDuration",
    ],
  ])("stops when another program makes it %s", async (_what, change, message) => {
    const storage = createMemoryStorage();
    const table = await open(storage);
    const metaData = { ...table.state.metadata, ...change };
    await storage.log.putIfAbsent(1, formatCommit([{ metaData }]));
    await expect(table.append({ adds: [], transactions: [step("p", undefined, 5)] })).rejects.toMatchObject({
      code: "TABLE_CHANGED",
      retriable: true,
      message: expect.stringContaining(message) as string,
    });
    await expect(table.refresh()).rejects.toMatchObject({ code: "TABLE_CHANGED" });
    expect(storage.entries.size).toBe(2);
  });

  it("fails if another program makes the table require an unsupported feature", async () => {
    const storage = createMemoryStorage();
    const table = await open(storage);
    const protocol = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["rowTracking"] };
    await storage.log.putIfAbsent(1, formatCommit([{ protocol }]));
    await expect(table.append({ adds: [], transactions: [step("p", undefined, 5)] })).rejects.toMatchObject({
      code: "TABLE_CHANGED",
      message: expect.stringContaining("it asks for the feature rowTracking") as string,
    });
    expect(storage.entries.size).toBe(2);
  });

  it("continues if a change by another program was reverted before it was read", async () => {
    const storage = createMemoryStorage();
    const table = await open(storage);
    const late = await open(storage);
    const { metadata, protocol } = table.state;
    const forgets = { ...metadata, configuration: { "delta.setTransactionRetentionDuration": "1 day" } };
    const newer = {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ["deletionVectors"],
      writerFeatures: [],
    };
    await storage.log.putIfAbsent(1, formatCommit([{ metaData: forgets }, { protocol: newer }]));
    await expect(late.refresh()).rejects.toMatchObject({ code: "TABLE_CHANGED" });
    await storage.log.putIfAbsent(2, formatCommit([{ metaData: metadata }, { protocol }]));
    await expect(table.append({ adds: [], transactions: [step("p", undefined, 5)] })).resolves.toMatchObject({
      version: 3,
    });
    expect((await late.refresh()).version).toBe(3);
    expect((await open(storage)).state.transactions).toEqual(new Map([["p", 5]]));
  });

  it("continues if another program adds a nullable column at any place", async () => {
    const storage = createMemoryStorage();
    const table = await open(storage);
    const site = '{"name":"site","type":"string","nullable":true,"metadata":{}},';
    const changed = table.state.metadata.schemaString.replace('"fields":[', `"fields":[${site}`);
    const metaData = { ...table.state.metadata, schemaString: changed };
    await storage.log.putIfAbsent(1, formatCommit([{ metaData }]));
    await expect(table.append({ adds: [], transactions: [step("p", undefined, 5)] })).resolves.toEqual({
      kind: "committed",
      version: 2,
    });
    expect((await open(storage)).state.metadata.schemaString).toBe(changed);
    // delta-rs would not find these nulls otherwise.
    const stats = '{"numRecords":2,"nullCount":{"a":0}}';
    await table.append({ adds: [{ ...add("file"), stats }], transactions: [step("p", 5, 7)] });
    expect((await readSnapshot(storage.log))?.files.get("file")?.stats).toBe(
      '{"numRecords":2,"nullCount":{"site":2,"a":0}}',
    );
  });

  it("continues if another program repeats the metadata, or sets a property", async () => {
    const storage = createMemoryStorage();
    const table = await open(storage);
    const metaData = { ...table.state.metadata, configuration: { "delta.appendOnly": "true" } };
    const protocol = table.state.protocol;
    await storage.log.putIfAbsent(1, formatCommit([{ protocol }, { metaData }]));
    await expect(table.append({ adds: [], transactions: [step("p", undefined, 5)] })).resolves.toEqual({
      kind: "committed",
      version: 2,
    });
    expect(table.state.metadata.configuration).toEqual({ "delta.appendOnly": "true" });
  });

  it("reads the log again from the checkpoint, instead of writing, if the log was cleaned up meanwhile", async () => {
    const storage = createMemoryStorage();
    const [idle, behind, busy] = [await open(storage), await open(storage), await open(storage)];
    for (let to = 1; to <= 4; to++) {
      await busy.append({
        adds: [add(`${to}`)],
        transactions: [step("q", to === 1 ? undefined : to - 1, to)],
      });
    }
    await checkpoint(storage);
    for (const version of [0, 1, 2, 3]) storage.entries.delete(version);
    await expect(idle.append({ adds: [add("x")], transactions: [step("p", undefined, 9)] })).resolves.toEqual(
      {
        kind: "committed",
        version: 5,
      },
    );
    expect(idle.state.transactions).toEqual(
      new Map([
        ["q", 4],
        ["p", 9],
      ]),
    );
    expect((await behind.refresh()).version).toBe(5);
    expect([...storage.entries.keys()]).toEqual([4, 5]);
  });

  it("removes its entry if the log was cleaned up at that moment", async () => {
    const storage = createMemoryStorage();
    const busy = await open(storage);
    const late = await open(
      withPut(storage, async (version, text) => {
        if (version === 1) {
          await busy.append({ adds: [add("1")], transactions: [step("q", undefined, 1)] });
          await checkpoint(storage);
          storage.entries.delete(0);
          storage.entries.delete(1);
        }
        return storage.log.putIfAbsent(version, text);
      }),
    );
    await expect(late.append({ adds: [add("x")], transactions: [step("p", undefined, 9)] })).resolves.toEqual(
      {
        kind: "committed",
        version: 2,
      },
    );
    expect([...storage.entries.keys()]).toEqual([2]);
    expect((await open(storage)).state.transactions).toEqual(
      new Map([
        ["q", 1],
        ["p", 9],
      ]),
    );
  });

  it("lets many writers take turns without losing or repeating a step", async () => {
    const storage = createMemoryStorage();
    const slow = withPut(storage, async (version, text) => {
      await new Promise((resolve) => setImmediate(resolve));
      return storage.log.putIfAbsent(version, text);
    });
    const writers = await Promise.all(Array.from({ length: 5 }, () => open(slow)));
    let committed = 0;
    await Promise.all(
      writers.map(async (table) => {
        while ((table.state.transactions.get("p") ?? 0) < 40) {
          const at = table.state.transactions.get("p");
          const append = { adds: [add(`from ${at}`)], transactions: [step("p", at, (at ?? 0) + 1)] };
          if ((await table.append(append)).kind === "committed") committed++;
          else await table.refresh();
        }
      }),
    );
    expect(committed).toBe(40);
    expect(storage.entries.size).toBe(41);
    const steps = [...storage.entries.values()].join("").match(/"from \w+"/g);
    expect(new Set(steps).size).toBe(40);
  });
});
