import { expect } from "vitest";
import { decodeDataFile } from "../../../../shared/delta/data-files/decode";
import { decodePath } from "../../../../shared/delta/log/actions";
import { readSnapshot } from "../../../../shared/delta/log/snapshot";
import { dataColumns, type TableSchema } from "../../../../shared/delta/schema";
import type { MemoryStorage } from "../../../../shared/delta/storage/testing/memory-storage";

export const schema: TableSchema = {
  columns: [
    { name: "offset", type: "long", nullable: false },
    { name: "label", type: "string", nullable: true },
    { name: "minute", type: "integer", nullable: false },
  ],
  partitionColumns: ["minute"],
};
export const columns = dataColumns(schema);
export const description = { name: "test", schema, engine: "test" };
export const settings = { checkpointEvery: 10, compactAfterMs: 1000, retentionMs: 100_000 };
export const hour = 3_600_000;
export const going = new AbortController().signal;

/** Reads the table as a reader sees it, and expects each of its first offsets once. @param written how many offsets there are */
export async function readRows(storage: MemoryStorage, written: number) {
  const snapshot = await readSnapshot(storage.log);
  if (snapshot === undefined) throw new Error("there is no table");
  const offsets: number[] = [];
  for (const path of snapshot.files.keys()) {
    const batch = await decodeDataFile(columns, storage.contents.get(decodePath(path)) ?? new Uint8Array());
    offsets.push(...Array.from(batch.columns["offset"] as BigInt64Array, Number));
    expect(batch.columns["label"]).toEqual(Array.from({ length: batch.rows / 2 }, () => ["é", null]).flat());
  }
  expect(offsets.sort((one, other) => one - other)).toEqual(
    Array.from({ length: written }, (_, index) => index),
  );
  return { files: snapshot.files.size, tombstones: snapshot.tombstones.size, version: snapshot.version };
}
