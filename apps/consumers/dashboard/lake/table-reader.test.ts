import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AddFile } from "../../../shared/delta/log/actions";
import { encodeDataFile } from "../../../shared/delta/data-files/encode";
import type { Column } from "../../../shared/delta/schema";
import { incarnationsOf } from "../../../shared/lake-table/incarnations";
import type { FileContents, TableAccount } from "../conservation/account";
import { TableLog } from "./table-log";
import { TableReader } from "./table-reader";
import { deadLetterSchema, rowsOf, TestTable } from "./testing/test-table";

/** Remembers what it is told, shortly. */
class FakeAccount implements TableAccount {
  readonly told: string[] = [];
  readonly devices = new Map<string, number>();
  /** Called with each file. */
  onFile = () => {};

  ownerOf(topic: string, key: string | undefined): string | undefined {
    return key === undefined ? undefined : `${topic}:${key}`;
  }
  restart(): void {
    this.told.push("restart");
    this.devices.clear();
  }
  file({ table, rows, partitions, devices }: FileContents): void {
    this.onFile();
    const offsets = partitions.map(
      ({ tableTopic, partition, runs, repeats }) =>
        `${tableTopic}/${partition} ${runs.join(" ")}${repeats.length === 0 ? "" : ` again ${repeats.join(" ")}`}`,
    );
    this.told.push(`${table === "observations" ? "rows" : "letters"} ${rows}: ${offsets.join(", ")}`);
    for (const [name, count] of devices) this.devices.set(name, (this.devices.get(name) ?? 0) + count);
  }
  complete(incarnations: Parameters<TableAccount["complete"]>[0]): void {
    const next = [...incarnations.values()].flat().map(({ partitions }) => partitions.get(0)?.next);
    this.told.push(`complete ${next.join(", ")}`);
  }
  get news(): string[] {
    return this.told.splice(0);
  }
}

let observations: TestTable;
let deadLetters: TestTable;
let logs: { observations: TableLog; "dead letters": TableLog };
let account: FakeAccount;
let reader: TableReader;
let stop: AbortController;
let running: Promise<void>;

beforeEach(() => {
  observations = new TestTable().create();
  deadLetters = new TestTable(deadLetterSchema);
  logs = {
    observations: new TableLog(observations.storage),
    "dead letters": new TableLog(deadLetters.storage),
  };
  account = new FakeAccount();
  reader = new TableReader(
    {
      observations: { log: logs.observations, reading: observations.storage },
      "dead letters": { log: logs["dead letters"], reading: deadLetters.storage },
    },
    account,
    100,
  );
  stop = new AbortController();
  running = reader.run(stop.signal);
});
afterEach(async () => {
  stop.abort();
  await running;
});

/** Looks at the logs. */
async function take(nowMs = 0): Promise<void> {
  const news = {
    observations: await logs.observations.look(nowMs),
    "dead letters": await logs["dead letters"].look(nowMs),
  };
  reader.take(news, incarnationsOf(logs.observations.transactions));
}

/** Looks at the logs, and waits until all is read. @returns what the account was told */
async function look(nowMs = 0): Promise<string[]> {
  await take(nowMs);
  await vi.waitFor(() => expect(account.told.at(-1)).toMatch(/^complete/), { timeout: 5_000 });
  return account.news;
}

describe("reading the tables' rows", () => {
  it("is done where there is no table", async () => {
    observations.storage.entries.clear();
    expect(await look()).toEqual(["restart", "complete "]);
    expect(reader.state).toEqual({ progress: 1, problem: undefined });
  });

  it("begins with what is there, the newest first, and goes on with what comes, each file once", async () => {
    await observations.append(rowsOf([0, 1, 2, 5]), { minute: 1, next: { 0: 6 } });
    await observations.append(rowsOf([7]), { minute: 3 });
    await observations.append(rowsOf([6]), { minute: 2, next: { 0: 8 } });
    expect(await look()).toEqual([
      "restart",
      "rows 1: device-1/0 7 7",
      "rows 1: device-1/0 6 6",
      "rows 4: device-1/0 0 2 5 5",
      "complete 8",
    ]);
    await observations.append([...rowsOf([8, 9]), ...rowsOf([4], { partition: 1 })], { next: { 0: 10 } });
    await observations.append(rowsOf([10]), { next: { 0: 11 } });
    expect(await look()).toEqual([
      "rows 3: device-1/0 8 9, device-1/1 4 4",
      "rows 1: device-1/0 10 10",
      "complete 11",
    ]);
    expect(account.devices).toEqual(new Map([["device-1", 10]]));
  });

  it("tells what is twice in one file, in whatever order", async () => {
    await observations.append(
      [...rowsOf([3, 1, 2, 1]), ...rowsOf([0], { device: "d", topic: "t#2" }), ...rowsOf([1])],
      { next: { 0: 4 } },
    );
    expect(await look()).toEqual([
      "restart",
      "rows 6: device-1/0 1 3 again 1 1 1 1, t#2/0 0 0",
      "complete 4",
    ]);
    expect(account.devices).toEqual(
      new Map([
        ["device-1", 5],
        ["d", 1],
      ]),
    );
  });

  it("counts dead letters by whom their topic and key name", async () => {
    deadLetters.create();
    await observations.append(rowsOf([0]), { next: { 0: 3 } });
    await deadLetters.append([
      { offset: 1, key: "a" },
      { offset: 2, key: null },
      { offset: 9, key: "a", topic: "meters#2" },
    ]);
    expect(await look()).toEqual([
      "restart",
      "rows 1: device-1/0 0 0",
      "letters 3: device-1/0 1 2, meters#2/0 9 9",
      "complete 3",
    ]);
    account.devices.delete("device-1");
    expect(account.devices).toEqual(
      new Map([
        ["device-1:a", 1],
        ["meters:a", 1],
      ]),
    );
    await deadLetters.append(rowsOf([3]));
    expect(await look()).toEqual(["letters 1: device-1/0 3 3", "complete 3"]);
  });

  it("reads nothing again that was rearranged", async () => {
    const files = [
      await observations.append(rowsOf([0]), { next: { 0: 1 } }),
      await observations.append(rowsOf([1]), { next: { 0: 2 } }),
    ];
    await look();
    await observations.compact(files, rowsOf([0, 1]));
    for (const file of files) observations.vacuum(file);
    expect(await look()).toEqual(["complete 2"]);
  });

  it("reads what was rearranged before it was read", async () => {
    await take();
    const files = [
      await observations.append(rowsOf([0]), { next: { 0: 1 } }),
      await observations.append(rowsOf([1]), { next: { 0: 2 } }),
    ];
    await observations.compact(files, rowsOf([0, 1]));
    account.told.length = 0;
    expect(await look()).toEqual(["rows 1: device-1/0 0 0", "rows 1: device-1/0 1 1", "complete 2"]);
  });

  it("begins anew where that has gone meanwhile", async () => {
    const file = await observations.append(rowsOf([0]), { next: { 0: 1 } });
    await logs.observations.look(0);
    await observations.compact([file], rowsOf([0]));
    observations.vacuum(file);
    // What is there to be read is known, and gone before it is read.
    reader.take(
      { observations: { kind: "anew" }, "dead letters": { kind: "commits", changes: [] } },
      new Map(),
    );
    await vi.waitFor(async () => {
      await take();
      expect(account.told.at(-1)).toBe("complete 1");
    });
    expect(account.news).toEqual(["restart", "restart", "rows 1: device-1/0 0 0", "complete 1"]);
  });

  it("drops what is still being read when it begins anew", async () => {
    const { files } = observations.storage;
    const read = files.read.bind(files);
    const asked = Promise.withResolvers<undefined>();
    const answer = Promise.withResolvers<undefined>();
    files.read = async (path) => {
      asked.resolve(undefined);
      await answer.promise;
      return read(path);
    };
    const file = await observations.append(rowsOf([0]), { next: { 0: 1 } });
    await take();
    await asked.promise;
    observations.commit("DELETE", [{ remove: { path: file.path, dataChange: true } }]);
    await take();
    answer.resolve(undefined);
    await vi.waitFor(() => expect(account.told.at(-1)).toBe("complete 1"));
    expect(account.news).toEqual(["restart", "restart", "complete 1"]);
  });

  it("finds files by their names, which the log has encoded", async () => {
    const file = await observations.file(rowsOf([0]));
    const contents = observations.storage.contents.get(decodeURIComponent(file.path)) ?? new Uint8Array();
    observations.storage.contents.set("a b.parquet", contents);
    observations.commit("WRITE", [{ add: { ...file, path: "a%20b.parquet" } }]);
    expect(await look()).toEqual(["restart", "rows 1: device-1/0 0 0", "complete "]);
  });

  it("begins anew where rows are taken away", async () => {
    const file = await observations.append(rowsOf([0]), { next: { 0: 1 } });
    await observations.append(rowsOf([1]), { next: { 0: 2 } });
    await look();
    observations.commit("DELETE", [{ remove: { path: file.path, dataChange: true } }]);
    expect(await look()).toEqual(["restart", "rows 1: device-1/0 1 1", "complete 2"]);
  });

  it("does not claim to have read what cannot be read, and tries again", async () => {
    await observations.append(rowsOf([0]), { next: { 0: 1 } });
    const bad = await observations.append(rowsOf([1]), { next: { 0: 2 } });
    const path = decodeURIComponent(bad.path);
    const contents = observations.storage.contents.get(path) ?? new Uint8Array();
    observations.storage.contents.set(path, contents.subarray(0, 40));
    await take();
    await vi.waitFor(() => expect(reader.state.problem).toBeDefined());
    expect(reader.state.problem).toMatch(`the data file ${bad.path} of memory cannot be read: `);
    expect(reader.state.progress).toBeGreaterThanOrEqual(0);
    expect(reader.state.progress).toBeLessThan(1);
    observations.vacuum(bad);
    await vi.waitFor(() =>
      expect(reader.state.problem).toBe(`the data file ${bad.path} of memory is not there`),
    );
    expect(account.told).not.toContain("complete 2");
    observations.storage.contents.set(path, contents);
    await vi.waitFor(() => expect(account.told.at(-1)).toBe("complete 2"));
    expect(reader.state).toEqual({ progress: 1, problem: undefined });
    expect(account.news.filter((line) => line.startsWith("rows")).toSorted()).toEqual([
      "rows 1: device-1/0 0 0",
      "rows 1: device-1/0 1 1",
    ]);
  });

  it("reads everything else meanwhile, and says one file once and how many more there are", async () => {
    await observations.append(rowsOf([0]), { next: { 0: 1 } });
    const bad = await observations.append(rowsOf([1]), { next: { 0: 2 } });
    const contents = damage(bad);
    await take();
    await vi.waitFor(() => expect(reader.state.problem).toBeDefined());
    const problems = new Set<string | undefined>();
    account.onFile = () => problems.add(reader.state.problem);
    for (let offset = 2; offset < 12; offset++) {
      await observations.append(rowsOf([offset]), { next: { 0: offset + 1 } });
      await take();
      await vi.waitFor(() => expect(account.told.at(-1)).toBe(`rows 1: device-1/0 ${offset} ${offset}`));
    }
    account.onFile = () => {};
    expect([...problems]).toEqual([
      `the data file ${bad.path} of memory cannot be read: parquet file invalid (footer != PAR1)`,
    ]);
    const other = await observations.append(rowsOf([12]), { next: { 0: 13 } });
    const others = damage(other);
    await take();
    await vi.waitFor(() =>
      expect(reader.state.problem).toBe(
        `the data file ${bad.path} of memory cannot be read: parquet file invalid (footer != PAR1) (and 1 more file)`,
      ),
    );
    expect(account.told.some((line) => line.startsWith("complete"))).toBe(false);
    observations.storage.contents.set(decodeURIComponent(bad.path), contents);
    observations.storage.contents.set(decodeURIComponent(other.path), others);
    await vi.waitFor(() => expect(account.told.at(-1)).toBe("complete 13"));
    expect(reader.state.problem).toBeUndefined();
  });

  it("begins anew where others have rearranged a file that cannot be read", async () => {
    const bad = await observations.append(rowsOf([0]), { next: { 0: 1 } });
    damage(bad);
    await take();
    await vi.waitFor(() => expect(reader.state.problem).toBeDefined());
    await observations.compact([bad], rowsOf([0]));
    await vi.waitFor(async () => {
      await take();
      expect(account.told.at(-1)).toBe("complete 1");
    });
    expect(reader.state.problem).toBeUndefined();
    expect(account.news).toEqual(["restart", "restart", "rows 1: device-1/0 0 0", "complete 1"]);
  });

  it("survives null where none may be, as another program may write it", async () => {
    const { path } = await observations.append(rowsOf([0]), { next: { 0: 1 } });
    const columns: Column[] = [
      { name: "kafka_topic", type: "string", nullable: true },
      { name: "kafka_partition", type: "integer", nullable: true },
      { name: "kafka_offset", type: "long", nullable: true },
      { name: "device", type: "string", nullable: true },
    ];
    const batch = {
      kafka_topic: ["t"],
      kafka_partition: Int32Array.of(0),
      kafka_offset: [null],
      device: ["d"],
    };
    const contents = encodeDataFile(columns, { rows: 1, columns: batch });
    observations.storage.contents.set(decodeURIComponent(path), contents);
    await take();
    await vi.waitFor(() => expect(reader.state.problem).toMatch("its column kafka_offset has null in row 0"));
  });
});

/** Cuts off a file. @returns what was in it */
function damage({ path }: AddFile): Uint8Array {
  const { contents } = observations.storage;
  const whole = contents.get(decodeURIComponent(path)) ?? new Uint8Array();
  contents.set(decodeURIComponent(path), whole.subarray(0, 40));
  return whole;
}
