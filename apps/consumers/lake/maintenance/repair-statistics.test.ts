import { describe, expect, it } from "vitest";
import { type AddFile, formatCommit } from "../../../shared/delta/log/actions";
import { catchUp, readSnapshot, type Snapshot } from "../../../shared/delta/log/snapshot";
import { supportedProtocol } from "../../../shared/delta/log/state";
import type { Column } from "../../../shared/delta/schema";
import {
  createMemoryStorage,
  type MemoryStorage,
} from "../../../shared/delta/storage/testing/memory-storage";
import { StatisticsRepair, withoutMisleadingBounds } from "./repair-statistics";

const column = (name: string, type: Column["type"]): Column => ({ name, type, nullable: true });
const columns = [column("n", "long"), column("s", "string"), column("b", "binary")];

describe("withoutMisleadingBounds", () => {
  const whole = {
    numRecords: 2,
    minValues: { n: 1, s: "a" },
    maxValues: { n: 2, s: "b" },
    nullCount: { n: 0, s: 0, b: 0 },
  };
  const repaired = '{"numRecords":2,"nullCount":{"n":0,"s":0,"b":0}}';

  it.each<[string, object]>([
    ["bounds of every column", whole],
    ["no bounds", { numRecords: 2, nullCount: whole.nullCount }],
    ["no statistics but a count", { numRecords: 2 }],
    [
      "bounds of every column but one of nulls alone",
      { ...whole, minValues: { n: 1 }, maxValues: { n: 2 }, nullCount: { n: 0, s: 2 } },
    ],
  ])("leaves a file with %s as it is", (_what, stats) => {
    expect(withoutMisleadingBounds(columns, JSON.stringify(stats))).toBeUndefined();
  });

  it.each<[string, object]>([
    ["no minimum", { minValues: { n: 1 } }],
    ["no maximum", { maxValues: { n: 2 } }],
    ["null for a maximum", { maxValues: { n: 2, s: null } }],
    ["neither, as earlier versions wrote of long texts", { minValues: { n: 1 }, maxValues: { n: 2 } }],
    ["nothing, like the others", { minValues: {}, maxValues: {} }],
    ["minima alone, like the others", { maxValues: undefined }],
  ])("takes the bounds of a file back that has %s of a column with values", (_what, wrong) => {
    expect(withoutMisleadingBounds(columns, JSON.stringify({ ...whole, ...wrong }))).toBe(repaired);
  });

  it("removes all statistics of a file that has no count of rows", () => {
    expect(withoutMisleadingBounds(columns, '{"minValues":{"n":1}}')).toBe("{}");
  });

  it.each([undefined, "{}", "", "null", "?", "[]", "1"])(
    "leaves a file without statistics alone: %s",
    (stats) => {
      expect(withoutMisleadingBounds(columns, stats)).toBeUndefined();
    },
  );
});

describe("the repair of statistics", () => {
  const misleading = '{"numRecords":2,"minValues":{"n":1},"maxValues":{"n":2},"nullCount":{"n":0,"s":0}}';
  const repaired = '{"numRecords":2,"nullCount":{"n":0,"s":0}}';
  const file = (path: string, stats?: string): AddFile => ({
    path,
    partitionValues: { minute: "1" },
    size: 7,
    modificationTime: 3,
    dataChange: true,
    ...(stats !== undefined && { stats }),
  });
  const schema = {
    columns: [column("n", "long"), column("s", "string"), column("minute", "integer")],
    partitionColumns: ["minute"],
  };
  const by = { engine: "test", now: 1000 };

  function commit({ entries }: MemoryStorage, ...actions: Parameters<typeof formatCommit>[0]) {
    entries.set(entries.size, formatCommit(actions));
  }

  async function table(...adds: AddFile[]): Promise<{ storage: MemoryStorage; snapshot: Snapshot }> {
    const storage = createMemoryStorage();
    const metaData = {
      id: "id",
      format: { provider: "parquet", options: {} },
      schemaString: "{}",
      partitionColumns: ["minute"],
      configuration: {},
    };
    commit(storage, { protocol: supportedProtocol }, { metaData });
    commit(storage, ...adds.map((add) => ({ add })));
    const snapshot = await readSnapshot(storage.log);
    if (snapshot === undefined) throw new Error("there is no table");
    return { storage, snapshot };
  }

  const statsOf = ({ files }: Snapshot) =>
    Object.fromEntries([...files].map(([path, { stats }]) => [path, stats]));

  it("removes misleading bounds in one commit that changes no rows, and checks each file once", async () => {
    const { storage, snapshot } = await table(file("a", misleading), file("b"), file("c", misleading));
    const repair = new StatisticsRepair(schema);
    await expect(repair.run(storage.log, snapshot, by)).resolves.toEqual({ repaired: 2, isDone: true });
    await catchUp(snapshot, storage.log);
    expect(statsOf(snapshot)).toEqual({ a: repaired, b: undefined, c: repaired });
    expect(snapshot.files.get("a")).toEqual({ ...file("a", repaired), dataChange: false });
    expect(snapshot.tombstones.size).toBe(0);
    expect(snapshot.state.commitInfo).toMatchObject({ operation: "COMPUTE STATS", isBlindAppend: false });
    await expect(repair.run(storage.log, snapshot, by)).resolves.toEqual({ repaired: 0, isDone: true });
    expect(storage.entries.size).toBe(3);
  });

  it("continues in the next round if there are very many files", async () => {
    const { storage, snapshot } = await table(
      ...Array.from({ length: 4500 }, (_, index) => file(String(index), misleading)),
    );
    const repair = new StatisticsRepair(schema);
    const rounds = [];
    for (let isDone = false; !isDone;) {
      const round = await repair.run(storage.log, snapshot, by);
      rounds.push(round.repaired);
      ({ isDone } = round);
      await catchUp(snapshot, storage.log);
    }
    expect(rounds).toEqual([2000, 2000, 500]);
    expect(new Set(Object.values(statsOf(snapshot)))).toEqual(new Set([repaired]));
  });

  it("does not restore a file that another writer has removed", async () => {
    const { storage, snapshot } = await table(file("a", misleading), file("c", misleading));
    const repair = new StatisticsRepair(schema);
    commit(storage, { remove: { path: "a", dataChange: false } }, { add: file("b", repaired) });
    await expect(repair.run(storage.log, snapshot, by)).resolves.toEqual({ repaired: 0, isDone: false });
    await catchUp(snapshot, storage.log);
    await expect(repair.run(storage.log, snapshot, by)).resolves.toEqual({ repaired: 1, isDone: true });
    await catchUp(snapshot, storage.log);
    expect(statsOf(snapshot)).toEqual({ b: repaired, c: repaired });
  });
});
