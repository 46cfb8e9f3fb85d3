import { expect, it } from "vitest";
import { encodeDataFile } from "../../apps/shared/delta/data-files/encode";
import { type TopicLag, topicLag } from "./kafka-offsets";
import { oddNames } from "../../apps/shared/testing/odd-names";
import { newestRows } from "./newest-rows";
import { describeLake, describeRows } from "./report";
import { NotThere } from "./table/docker";
import { readTable } from "./table/snapshot";

const columns = [
  { name: "timestamp", type: "timestamp", nullable: false },
  { name: "device", type: "string", nullable: false },
  { name: "value", type: "double", nullable: false },
] as const;
const file = (times: number[]) =>
  Buffer.from(
    encodeDataFile(columns, {
      rows: times.length,
      columns: {
        timestamp: BigInt64Array.from(times, (time) => BigInt(time) * 1000n),
        device: times.map(() => "d"),
        value: Float64Array.from(times),
      },
    }),
  );

it("only files that can hold the newest rows are opened", async () => {
  const add = (path: string, newest: number) => ({
    add: { path, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true },
    rows: 3,
    newest,
  });
  const contents: Record<string, Buffer> = { a: file([1, 2, 9]), b: file([3, 4, 8]), c: file([0]) };
  const opened: string[] = [];
  const table = {
    readFile: (path: string) => {
      opened.push(path);
      return Promise.resolve({ name: path, contents: contents[path]!, modifiedMs: 0 });
    },
  };
  const rows = await newestRows(table, [add("c", 0), add("b", 8), add("a", 9)], 3);
  expect(rows.map((row) => row["value"])).toEqual([4, 8, 9]);
  expect(opened).toEqual(["a", "b"]);
  expect(describeRows(rows).split("\n")[1]).toMatch(/^1970-01-01 00:00:00.004 {2}d /);
  await expect(newestRows(table, [add("a", 9)], 0)).resolves.toEqual([]);
});

const lines = (...actions: object[]) => actions.map((action) => JSON.stringify(action)).join("\n");
const log: Record<string, string> = {
  "_delta_log/00000000000000000000.json": lines(
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    { metaData: { id: "x", name: "observations", schemaString: "", partitionColumns: [] } },
  ),
  "_delta_log/00000000000000000001.json": lines(
    { commitInfo: { timestamp: 1000 } },
    {
      add: {
        path: "p",
        size: 2500,
        partitionValues: {},
        modificationTime: 0,
        stats: JSON.stringify({ numRecords: 1200 }),
      },
    },
    { txn: { appId: "kafka-iot-sim-lake:device-1:0", version: 1201 } },
  ),
};
const stored = {
  location: "a-lake:/bronze",
  readFile: (path: string) => Promise.reject(new NotThere(path)),
  async *readFiles(_directory: string, wanted: (path: string) => boolean) {
    for (const [name, text] of Object.entries(log)) {
      if (wanted(name)) yield await Promise.resolve({ name, contents: Buffer.from(text), modifiedMs: 0 });
    }
  },
};

it("the report describes the lake", async () => {
  const bronze = (await readTable(stored))!;
  const described = (lag: TopicLag["lag"]) =>
    describeLake(
      { bronze, deadLetters: undefined },
      [{ topic: "device-1", partitions: 1, read: 1201, lag }],
      3500,
    ).split("\n");
  expect(described(3)).toEqual([
    "table         observations, in a-lake:/bronze",
    "version       1, committed 2.5 s ago (1970-01-01 00:00:01 UTC)",
    "commits       2",
    "checkpoint    none yet",
    "rows          1,200",
    "files         1, 2.5 kB, 2.5 kB on average",
    "dead letters  none",
    "topic         device-1: 1,201 messages are in, lag 3",
  ]);
  expect(described("unknown").slice(-2)).toEqual([
    "topic         device-1: 1,201 messages are in",
    "lag           unknown (no broker answers)",
  ]);
  expect(described("no such topic").at(-1)).toBe(
    "topic         device-1: 1,201 messages are in, the topic has gone",
  );
});

it("the lag is that of the current incarnation, and the messages are those of all", () => {
  const incarnation = (number: number, ...partitions: [number, { first: number; next: number }][]) => ({
    topic: "t",
    number,
    tableTopic: `t#${number}`,
    source: undefined,
    partitions: new Map(partitions),
  });
  const incarnations = [
    incarnation(1, [0, { first: 5, next: 10 }]),
    incarnation(2, [0, { first: 0, next: 7 }], [1, { first: 2, next: 2 }]),
  ];
  const held = [
    { partition: 0, earliest: 0, latest: 9 },
    { partition: 1, earliest: 1, latest: 3 },
    { partition: 2, earliest: 4, latest: 8 },
  ];
  expect(topicLag("t", incarnations, new Map([["t", held]]))).toEqual({
    topic: "t",
    partitions: 2,
    read: 12,
    lag: 2 + 1 + 4,
  });
  const shorter = new Map([["t", [{ partition: 0, earliest: 0, latest: 6 }]]]);
  expect(topicLag("t", incarnations, shorter)).toMatchObject({ lag: "another topic" });
  expect(topicLag("t", incarnations, new Map())).toMatchObject({ lag: "no such topic" });
  expect(topicLag("t", incarnations, undefined)).toMatchObject({ lag: "unknown" });
});

it("the report shows rows with any names in one line each, and keeps the table readable", () => {
  const rows = oddNames.map((device) => ({
    timestamp: new Date(0),
    device,
    sensor_name: device,
    value: 1,
    label: device,
    seq: 0n,
  }));
  const lines = describeRows(rows).split("\n");
  expect(lines).toHaveLength(oddNames.length + 1);
  for (const line of lines) {
    expect(line.length).toBeLessThan(500);
    // eslint-disable-next-line no-control-regex
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e\ufeff]/);
  }
});

it("the report shows an invalid commit time as unknown", async () => {
  const bronze = (await readTable(stored))!;
  const state = { ...bronze.state, commitInfo: { ...bronze.state.commitInfo, timestamp: 1e300 } };
  const described = describeLake({ bronze: { ...bronze, state }, deadLetters: undefined }, [], 0);
  expect(described).toContain("1, committed at an unknown time");
});
