import { expect, it } from "vitest";
import { encodeParquet } from "../../apps/consumers/lake/delta/parquet-file";
import { newestRows } from "./newest-rows";
import { describeRows, describeTable } from "./report";
import { readSnapshot } from "./snapshot";
import { readTar } from "./tar";

function tarEntry(name: string, type: string, contents: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(contents.length.toString(8).padStart(11, "0"), 124);
  header.write(type, 156);
  return Buffer.concat([header, Buffer.from(contents), Buffer.alloc((512 - (contents.length % 512)) % 512)]);
}

it("reads the files of a tar archive", () => {
  const archive = Buffer.concat([
    tarEntry("log/", "5", ""),
    tarEntry("log/x", "x", "30 mtime=1.5"),
    tarEntry("log/a.json", "0", "a".repeat(700)),
    tarEntry("log/b.json", "0", ""),
    Buffer.alloc(1024),
  ]);
  expect([...readTar(archive)].map(({ name, contents }) => [name, contents.length])).toEqual([
    ["log/a.json", 700],
    ["log/b.json", 0],
  ]);
});

const columns = [
  { name: "timestamp", type: "timestamp", nullable: false },
  { name: "device", type: "string", nullable: false },
  { name: "value", type: "double", nullable: false },
] as const;
const file = (times: number[]) =>
  encodeParquet(columns, { timestamp: times, device: times.map(() => "d"), value: times }, times.length);

it("opens only the files that can hold the newest rows", async () => {
  const add = (path: string, newest: number) => ({
    add: { path, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true },
    rows: 3,
    newest,
  });
  const contents: Record<string, Buffer> = {
    a: await file([1, 2, 9]),
    b: await file([3, 4, 8]),
    c: await file([0]),
  };
  const opened: string[] = [];
  const container = {
    readFile: (path: string) => {
      opened.push(path);
      return Promise.resolve(contents[path] ?? Buffer.alloc(0));
    },
  };
  const rows = await newestRows(container, [add("c", 0), add("b", 8), add("a", 9)], 3);
  expect(rows.map((row) => row["value"])).toEqual([4, 8, 9]);
  expect(opened).toEqual(["a", "b"]);
  expect(describeRows(rows).split("\n")[1]).toMatch(/^1970-01-01 00:00:00.004 {2}d /);
  await expect(newestRows(container, [add("a", 9)], 0)).resolves.toEqual([]);
});

it("describes the table", () => {
  const lines = (...actions: object[]) => actions.map((action) => JSON.stringify(action)).join("\n");
  const metaData = { id: "x", name: "observations", schemaString: "", partitionColumns: [] };
  const stats = JSON.stringify({ numRecords: 1200 });
  const add = { path: "p", size: 2500, partitionValues: {}, modificationTime: 0, stats };
  const snapshot = readSnapshot(
    new Map([
      [
        1,
        lines(
          { commitInfo: { timestamp: 1000 } },
          { add },
          { txn: { appId: "kafka-iot-sim-lake:device-1:0", version: 1201 } },
        ),
      ],
      [0, lines({ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }, { metaData })],
    ]),
  );
  expect(describeTable("a-lake", snapshot, 3500).split("\n")).toEqual([
    "table    observations, in a-lake",
    "version  1, committed 2.5 s ago (1970-01-01 00:00:01 UTC)",
    "rows     1,200",
    "files    1, 2.5 kB, 2.5 kB on average",
    "topic    device-1: 1,201 messages are in",
  ]);
});
