import { expect, it } from "vitest";
import { observationSchema } from "../../contract/tables";
import { NotThere } from "./table/docker";
import { newestRows } from "./newest-rows";
import type { DataFile } from "./table/snapshot";
import { dataFile } from "./sql/testing/data-file";
import type { TarFile } from "./table/tar";
import { describeUnread, type UnreadFile } from "./sql/views";

const time = Date.parse("2026-11-23T12:00:00.000Z");
const row = (offset: number) => ({ timestamp: time + offset, kafka_topic: "t", kafka_offset: offset });
const contents: Readonly<Record<string, Buffer>> = {
  "old.parquet": dataFile(observationSchema, [row(0), row(1)]),
  "cut.parquet": dataFile(observationSchema, [row(4)]).subarray(0, 50),
  "new.parquet": dataFile(observationSchema, [row(2), row(3)]),
};
const table = {
  readFile: (path: string) => {
    const found = contents[path];
    if (found === undefined) return Promise.reject(new NotThere(path));
    return Promise.resolve({ name: path, contents: found, modifiedMs: 0 } satisfies TarFile);
  },
};
const file = (path: string, newest: number): DataFile => ({
  add: { path, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true },
  rows: 1,
  newest: time + newest,
});

it("the newest rows come from the readable files, and the others are reported", async () => {
  const unread: UnreadFile[] = [];
  const files = [
    file("old.parquet", 1),
    file("gone.parquet", 5),
    file("cut.parquet", 4),
    file("new.parquet", 3),
  ];
  const rows = await newestRows(table, files, 3, (one) => unread.push(one));
  expect(rows.map((found) => Number(found["kafka_offset"]))).toEqual([1, 2, 3]);
  expect(unread.map(describeUnread)).toEqual([
    "gone.parquet of bronze cannot be read: it is not there",
    "cut.parquet of bronze cannot be read: parquet file invalid (footer != PAR1)",
  ]);
});
