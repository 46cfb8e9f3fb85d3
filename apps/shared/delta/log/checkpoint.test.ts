import { parquetMetadata, parquetReadObjects, parquetSchema } from "hyparquet";
import { describe, expect, it } from "vitest";
import type { AddFile, RemoveFile } from "./actions";
import {
  type CheckpointState,
  decodeCheckpointFiles,
  decodeCheckpointState,
  encodeCheckpoint,
} from "./checkpoint";

const state: CheckpointState = {
  protocol: { minReaderVersion: 1, minWriterVersion: 2 },
  metadata: {
    id: "id",
    name: "é😀",
    format: { provider: "parquet", options: {} },
    schemaString: "{}",
    partitionColumns: ["year", "month"],
    configuration: { "delta.appendOnly": "true" },
    createdTime: 1795392000000,
  },
  transactions: [
    { appId: "a", version: 2 ** 40, lastUpdated: 7 },
    { appId: "b", version: 0 },
  ],
};
const adds: AddFile[] = [
  {
    path: "year=2026/month=11/a%20b",
    partitionValues: { year: "2026", month: null },
    size: 2 ** 33,
    modificationTime: 1795392000001,
    dataChange: false,
    stats: '{"numRecords":1}',
    tags: { ZCUBE_ID: "x" },
  },
  { path: "plain", partitionValues: {}, size: 1, modificationTime: 0, dataChange: false },
];
const removes: RemoveFile[] = [
  { path: "r1", dataChange: false },
  {
    path: "r2",
    deletionTimestamp: 5,
    dataChange: false,
    extendedFileMetadata: true,
    partitionValues: { year: "2025", month: "1" },
    size: 9,
  },
];

const encoded = () => encodeCheckpoint(state, { adds, removes });

describe("a checkpoint", () => {
  it("reads back as it was written", async () => {
    const { contents, actions } = encoded();
    expect(actions).toBe(8);
    await expect(decodeCheckpointState(contents)).resolves.toEqual(state);
    await expect(decodeCheckpointFiles(contents)).resolves.toEqual({ adds, removes });
  });

  it("stores all actions as unchanged rows, whatever their commits said", async () => {
    const { contents } = encodeCheckpoint(state, {
      adds: adds.map((add) => ({ ...add, dataChange: true })),
      removes: [],
    });
    await expect(decodeCheckpointFiles(contents)).resolves.toEqual({ adds, removes: [] });
  });

  it("has one action in each row, in columns of the protocol's types", async () => {
    const { contents } = encoded();
    const file = contents.slice().buffer;
    const rows = await parquetReadObjects({ file });
    expect(rows.map((row) => Object.keys(row).filter((column) => row[column] != null))).toEqual([
      ["protocol"],
      ["metaData"],
      ["txn"],
      ["txn"],
      ["add"],
      ["add"],
      ["remove"],
      ["remove"],
    ]);
    const leaves: string[] = [];
    const visit = ({ path, element, children }: ReturnType<typeof parquetSchema>) => {
      if (children.length === 0) leaves.push(`${path.join(".")} ${element.type} ${element.repetition_type}`);
      children.forEach(visit);
    };
    visit(parquetSchema(parquetMetadata(file)));
    expect(leaves).toContain("txn.version INT64 OPTIONAL");
    expect(leaves).toContain("add.partitionValues.key_value.key BYTE_ARRAY REQUIRED");
    expect(leaves).toContain("add.partitionValues.key_value.value BYTE_ARRAY OPTIONAL");
    expect(leaves).toContain("add.dataChange BOOLEAN OPTIONAL");
    expect(leaves).toContain("metaData.partitionColumns.list.element BYTE_ARRAY OPTIONAL");
    expect(leaves).toContain("protocol.minReaderVersion INT32 OPTIONAL");
  });

  it("keeps every file of a table with several groups of rows", async () => {
    const many = Array.from({ length: 5000 }, (_, index) => ({ ...adds[1]!, path: `file ${index}` }));
    const { contents, actions } = encodeCheckpoint(state, { adds: many, removes });
    expect(actions).toBe(5006);
    const files = await decodeCheckpointFiles(contents);
    expect(files?.adds.map(({ path }) => path)).toEqual(many.map(({ path }) => path));
    expect(files?.removes).toEqual(removes);
  });

  it("is recognised as incomplete wherever it is cut off", async () => {
    const { contents } = encoded();
    for (const length of [0, 4, contents.length >> 1, contents.length - 1]) {
      await expect(decodeCheckpointState(contents.subarray(0, length))).resolves.toBeUndefined();
      await expect(decodeCheckpointFiles(contents.subarray(0, length))).resolves.toBeUndefined();
    }
  });

  it.each(["protocol", "metadata"] as const)("is invalid without %s, or without its fields", async (part) => {
    for (const lacking of [undefined, {}]) {
      const { contents } = encodeCheckpoint({ ...state, [part]: lacking }, { adds, removes });
      await expect(decodeCheckpointState(contents)).resolves.toBeUndefined();
    }
  });
});
