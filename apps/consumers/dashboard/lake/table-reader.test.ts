import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AddFile } from "../../../shared/delta/actions";
import { encodeDataFile } from "../../../shared/delta/data-file";
import type { Column } from "../../../shared/delta/schema";
import { incarnationsOf } from "../../../shared/lake-table/incarnations";
import type { FileContents, TableEvent } from "../reconciliation/events";
import { TableLog } from "./table-log";
import { TableReader, type TableSink } from "./table-reader";
import { deadLetterSchema, rowsOf, TestTable } from "./testing/test-table";

/** Keeps the events of the reader as short texts. */
class FakeSink implements TableSink {
  readonly events: string[] = [];
  readonly devices = new Map<string, number>();
  /** Called with each file. */
  onFile = () => {};

  readonly ownerOf = (topic: string, key: string | undefined) =>
    key === undefined ? undefined : `${topic}:${key}`;

  readonly apply = (event: TableEvent): void => {
    switch (event.type) {
      case "tables restarted":
        this.events.push("restart");
        this.devices.clear();
        return;
      case "file read":
        this.file(event);
        return;
      case "tables read": {
        const next = [...event.incarnations.values()].flat().map(({ partitions }) => partitions.get(0)?.next);
        this.events.push(`complete ${next.join(", ")}`);
      }
    }
  };

  private file({ table, rows, partitions, devices }: FileContents): void {
    this.onFile();
    const offsets = partitions.map(
      ({ tableTopic, partition, runs, repeats }) =>
        `${tableTopic}/${partition} ${runs.join(" ")}${repeats.length === 0 ? "" : ` again ${repeats.join(" ")}`}`,
    );
    this.events.push(`${table === "observations" ? "rows" : "letters"} ${rows}: ${offsets.join(", ")}`);
    for (const [name, count] of devices) this.devices.set(name, (this.devices.get(name) ?? 0) + count);
  }

  get news(): string[] {
    return this.events.splice(0);
  }
}

let observations: TestTable;
let deadLetters: TestTable;
let logs: { observations: TableLog; "dead letters": TableLog };
let sink: FakeSink;
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
  sink = new FakeSink();
  reader = new TableReader(
    {
      observations: { log: logs.observations, reading: observations.storage },
      "dead letters": { log: logs["dead letters"], reading: deadLetters.storage },
    },
    sink,
    100,
  );
  stop = new AbortController();
  running = reader.run(stop.signal);
});
afterEach(async () => {
  stop.abort();
  await running;
});

/** Updates the logs and the reader. */
async function update(nowMs = 0): Promise<void> {
  const news = {
    observations: await logs.observations.update(nowMs),
    "dead letters": await logs["dead letters"].update(nowMs),
  };
  reader.update(news, incarnationsOf(logs.observations.transactions));
}

/** Updates the logs and the reader, and waits until all is read. @returns the events */
async function read(nowMs = 0): Promise<string[]> {
  await update(nowMs);
  await vi.waitFor(() => expect(sink.events.at(-1)).toMatch(/^complete/), { timeout: 5_000 });
  return sink.news;
}

describe("the reader of the tables", () => {
  it("is done at once if there is no table", async () => {
    observations.storage.entries.clear();
    expect(await read()).toEqual(["restart", "complete "]);
    expect(reader.state).toEqual({ progress: 1, problem: undefined });
  });

  it("reads the files of the start, the latest first, and then files of new commits, each once", async () => {
    await observations.append(rowsOf([0, 1, 2, 5]), { minute: 1, next: { 0: 6 } });
    await observations.append(rowsOf([7]), { minute: 3 });
    await observations.append(rowsOf([6]), { minute: 2, next: { 0: 8 } });
    expect(await read()).toEqual([
      "restart",
      "rows 1: device-1/0 7 7",
      "rows 1: device-1/0 6 6",
      "rows 4: device-1/0 0 2 5 5",
      "complete 8",
    ]);
    await observations.append([...rowsOf([8, 9]), ...rowsOf([4], { partition: 1 })], { next: { 0: 10 } });
    await observations.append(rowsOf([10]), { next: { 0: 11 } });
    expect(await read()).toEqual([
      "rows 3: device-1/0 8 9, device-1/1 4 4",
      "rows 1: device-1/0 10 10",
      "complete 11",
    ]);
    expect(sink.devices).toEqual(new Map([["device-1", 10]]));
  });

  it("reports offsets that one file has twice, in any order", async () => {
    await observations.append(
      [...rowsOf([3, 1, 2, 1]), ...rowsOf([0], { device: "d", topic: "t#2" }), ...rowsOf([1])],
      { next: { 0: 4 } },
    );
    expect(await read()).toEqual([
      "restart",
      "rows 6: device-1/0 1 3 again 1 1 1 1, t#2/0 0 0",
      "complete 4",
    ]);
    expect(sink.devices).toEqual(
      new Map([
        ["device-1", 5],
        ["d", 1],
      ]),
    );
  });

  it("counts dead letters by the device that their topic and key name", async () => {
    deadLetters.create();
    await observations.append(rowsOf([0]), { next: { 0: 3 } });
    await deadLetters.append([
      { offset: 1, key: "a" },
      { offset: 2, key: null },
      { offset: 9, key: "a", topic: "meters#2" },
    ]);
    expect(await read()).toEqual([
      "restart",
      "rows 1: device-1/0 0 0",
      "letters 3: device-1/0 1 2, meters#2/0 9 9",
      "complete 3",
    ]);
    sink.devices.delete("device-1");
    expect(sink.devices).toEqual(
      new Map([
        ["device-1:a", 1],
        ["meters:a", 1],
      ]),
    );
    await deadLetters.append(rowsOf([3]));
    expect(await read()).toEqual(["letters 1: device-1/0 3 3", "complete 3"]);
  });

  it("does not read rows again that a commit has moved", async () => {
    const files = [
      await observations.append(rowsOf([0]), { next: { 0: 1 } }),
      await observations.append(rowsOf([1]), { next: { 0: 2 } }),
    ];
    await read();
    await observations.compact(files, rowsOf([0, 1]));
    for (const file of files) observations.vacuum(file);
    expect(await read()).toEqual(["complete 2"]);
  });

  it("reads rows that were moved before they were read", async () => {
    await update();
    const files = [
      await observations.append(rowsOf([0]), { next: { 0: 1 } }),
      await observations.append(rowsOf([1]), { next: { 0: 2 } }),
    ];
    await observations.compact(files, rowsOf([0, 1]));
    sink.events.length = 0;
    expect(await read()).toEqual(["rows 1: device-1/0 0 0", "rows 1: device-1/0 1 1", "complete 2"]);
  });

  it("restarts when a file is gone that it has not read yet", async () => {
    const file = await observations.append(rowsOf([0]), { next: { 0: 1 } });
    await logs.observations.update(0);
    await observations.compact([file], rowsOf([0]));
    observations.vacuum(file);
    // The file is in the plan, and is removed before it is read.
    reader.update(
      { observations: { kind: "replaced" }, "dead letters": { kind: "commits", changes: [] } },
      new Map(),
    );
    await vi.waitFor(async () => {
      await update();
      expect(sink.events.at(-1)).toBe("complete 1");
    });
    expect(sink.news).toEqual(["restart", "restart", "rows 1: device-1/0 0 0", "complete 1"]);
  });

  it("drops the file that it was reading when it restarts", async () => {
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
    await update();
    await asked.promise;
    observations.commit("DELETE", [{ remove: { path: file.path, dataChange: true } }]);
    await update();
    answer.resolve(undefined);
    await vi.waitFor(() => expect(sink.events.at(-1)).toBe("complete 1"));
    expect(sink.news).toEqual(["restart", "restart", "complete 1"]);
  });

  it("decodes the paths that the log writes", async () => {
    const file = await observations.file(rowsOf([0]));
    const contents = observations.storage.contents.get(decodeURIComponent(file.path)) ?? new Uint8Array();
    observations.storage.contents.set("a b.parquet", contents);
    observations.commit("WRITE", [{ add: { ...file, path: "a%20b.parquet" } }]);
    expect(await read()).toEqual(["restart", "rows 1: device-1/0 0 0", "complete "]);
  });

  it("restarts when a commit removes rows", async () => {
    const file = await observations.append(rowsOf([0]), { next: { 0: 1 } });
    await observations.append(rowsOf([1]), { next: { 0: 2 } });
    await read();
    observations.commit("DELETE", [{ remove: { path: file.path, dataChange: true } }]);
    expect(await read()).toEqual(["restart", "rows 1: device-1/0 1 1", "complete 2"]);
  });

  it("does not finish while a file cannot be read, and tries it again", async () => {
    await observations.append(rowsOf([0]), { next: { 0: 1 } });
    const bad = await observations.append(rowsOf([1]), { next: { 0: 2 } });
    const path = decodeURIComponent(bad.path);
    const contents = observations.storage.contents.get(path) ?? new Uint8Array();
    observations.storage.contents.set(path, contents.subarray(0, 40));
    await update();
    await vi.waitFor(() => expect(reader.state.problem).toBeDefined());
    expect(reader.state.problem).toMatch(`the data file ${bad.path} of memory cannot be read: `);
    expect(reader.state.progress).toBeGreaterThanOrEqual(0);
    expect(reader.state.progress).toBeLessThan(1);
    observations.vacuum(bad);
    await vi.waitFor(() =>
      expect(reader.state.problem).toBe(`the data file ${bad.path} of memory is not there`),
    );
    expect(sink.events).not.toContain("complete 2");
    observations.storage.contents.set(path, contents);
    await vi.waitFor(() => expect(sink.events.at(-1)).toBe("complete 2"));
    expect(reader.state).toEqual({ progress: 1, problem: undefined });
    expect(sink.news.filter((line) => line.startsWith("rows")).toSorted()).toEqual([
      "rows 1: device-1/0 0 0",
      "rows 1: device-1/0 1 1",
    ]);
  });

  it("reads all other files meanwhile, and names one unreadable file and the number of others", async () => {
    await observations.append(rowsOf([0]), { next: { 0: 1 } });
    const bad = await observations.append(rowsOf([1]), { next: { 0: 2 } });
    const contents = damage(bad);
    await update();
    await vi.waitFor(() => expect(reader.state.problem).toBeDefined());
    const problems = new Set<string | undefined>();
    sink.onFile = () => problems.add(reader.state.problem);
    for (let offset = 2; offset < 12; offset++) {
      await observations.append(rowsOf([offset]), { next: { 0: offset + 1 } });
      await update();
      await vi.waitFor(() => expect(sink.events.at(-1)).toBe(`rows 1: device-1/0 ${offset} ${offset}`));
    }
    sink.onFile = () => {};
    expect([...problems]).toEqual([
      `the data file ${bad.path} of memory cannot be read: parquet file invalid (footer != PAR1)`,
    ]);
    const other = await observations.append(rowsOf([12]), { next: { 0: 13 } });
    const others = damage(other);
    await update();
    await vi.waitFor(() =>
      expect(reader.state.problem).toBe(
        `the data file ${bad.path} of memory cannot be read: parquet file invalid (footer != PAR1) (and 1 more file)`,
      ),
    );
    expect(sink.events.some((line) => line.startsWith("complete"))).toBe(false);
    observations.storage.contents.set(decodeURIComponent(bad.path), contents);
    observations.storage.contents.set(decodeURIComponent(other.path), others);
    await vi.waitFor(() => expect(sink.events.at(-1)).toBe("complete 13"));
    expect(reader.state.problem).toBeUndefined();
  });

  it("restarts when another program has moved the rows of an unreadable file", async () => {
    const bad = await observations.append(rowsOf([0]), { next: { 0: 1 } });
    damage(bad);
    await update();
    await vi.waitFor(() => expect(reader.state.problem).toBeDefined());
    await observations.compact([bad], rowsOf([0]));
    await vi.waitFor(async () => {
      await update();
      expect(sink.events.at(-1)).toBe("complete 1");
    });
    expect(reader.state.problem).toBeUndefined();
    expect(sink.news).toEqual(["restart", "restart", "rows 1: device-1/0 0 0", "complete 1"]);
  });

  it("reports null in a column that must not have it, as another program may write", async () => {
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
    await update();
    await vi.waitFor(() => expect(reader.state.problem).toMatch("its column kafka_offset has null in row 0"));
  });
});

/** Truncates a file. @returns its former contents */
function damage({ path }: AddFile): Uint8Array {
  const { contents } = observations.storage;
  const whole = contents.get(decodeURIComponent(path)) ?? new Uint8Array();
  contents.set(decodeURIComponent(path), whole.subarray(0, 40));
  return whole;
}
