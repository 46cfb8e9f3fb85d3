import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished } from "vitest";
import { schemaString } from "../apps/shared/delta/schema";
import { observationSchema } from "../contract/tables";
import { KindsTable, kindPredicates, wrongFinds } from "./support/column-kinds";
import { findWithSpark } from "./support/row-finders";
import { ancientRows, byOffset, edgeRows, plainRow, type PlainRow } from "./support/sample-rows";
import { SampleTable } from "./support/sample-table";
import { Spark } from "./support/spark";
import { readWithDeltaRs, readWithDuckdb } from "./support/table-readers";

const schema: unknown = JSON.parse(schemaString(observationSchema));

let spark: Spark;
beforeAll(() => {
  spark = Spark.start();
});
afterAll(() => spark.stop());

let table: SampleTable;
let rows: PlainRow[];
beforeEach(async () => {
  table = await SampleTable.create();
  rows = edgeRows(0);
  await table.append(rows);
});
afterEach(() => table.remove());

async function append(added: readonly PlainRow[]): Promise<void> {
  await table.append(added);
  rows.push(...added);
}

async function appendMany(commits: number): Promise<void> {
  for (let commit = 0; commit < commits; commit++) {
    await append([plainRow(rows.length, "2026-11-23T12:00:30.000Z", { label: "on" })]);
  }
}

const expected = () => rows.toSorted(byOffset);

it("gives Spark every value as it was, also when checkpointed, compacted, vacuumed and its log cleaned up", async () => {
  expect(await spark.read(table.path)).toEqual({ schema, rows: expected() });
  await appendMany(15);
  await table.maintain();
  await appendMany(15);
  await table.maintain();
  const { commits, checkpoints } = await table.listLog();
  expect(checkpoints.length).toBeGreaterThan(0);
  expect(commits).not.toContain(0);
  expect((await spark.read(table.path)).rows).toEqual(expected());
});

it("goes on after Spark has appended, optimised, vacuumed and written a checkpoint", async () => {
  const stored = await table.stored();
  await spark.append(table.path, edgeRows(10_000));
  rows.push(...edgeRows(10_000));
  await appendMany(2);
  await spark.sql(`OPTIMIZE delta.\`${table.path}\``);
  await spark.sql(`ALTER TABLE delta.\`${table.path}\` SET TBLPROPERTIES ('delta.checkpointInterval' = '2')`);
  for (let offset = 20_000; offset < 20_003; offset++) {
    const row = plainRow(offset, "2026-11-23T12:00:40.000Z");
    await spark.append(table.path, [row]);
    rows.push(row);
  }
  expect((await table.listLog()).checkpoints.length).toBeGreaterThan(0);

  // One that was open all the time, and one that begins with Spark's checkpoint.
  await append([plainRow(30_000, "2026-11-23T12:02:00.000Z")]);
  table = await SampleTable.open(table.path);
  expect(await table.stored()).toBe((stored ?? 0) + 3);
  await appendMany(12);
  await table.maintain();
  expect((await spark.read(table.path)).rows).toEqual(expected());
  expect((await readWithDeltaRs(table.path)).rows).toEqual(expected());
  expect(await readWithDuckdb(table)).toEqual(expected());
});

it("compacts what Spark has written with any codec, and goes on when Spark has added a column", async () => {
  await spark.sql(`ALTER TABLE delta.\`${table.path}\` ADD COLUMNS (site STRING FIRST, tags ARRAY<STRING>)`);
  for (const [index, codec] of ["uncompressed", "snappy", "gzip", "zstd", "lz4", "lz4_raw"].entries()) {
    await spark.sql(`SET spark.sql.parquet.compression.codec = ${codec}`);
    const theirs = edgeRows(10_000 + index * 100);
    // Without the new columns, as the lake's: the table has null there.
    await spark.append(table.path, theirs);
    rows.push(...theirs);
  }
  await appendMany(2);
  await table.maintain();
  const minutes = new Set(
    rows.map(({ year, month, day, hour, minute }) => [year, month, day, hour, minute].join()),
  );
  expect((await table.snapshot()).files.size).toBe(minutes.size);
  const found = (await spark.read(table.path)).rows;
  expect(found).toEqual(expected().map((row) => ({ site: null, ...row, tags: null })));
});

it("gives Spark times before 1900 once Spark is told that no old calendar was used", async () => {
  await append(ancientRows(1_000));
  // It takes no file's word for it but its own.
  await expect(spark.read(table.path)).rejects.toThrow("datetimeRebaseModeInRead");
  await spark.sql("SET spark.sql.parquet.datetimeRebaseModeInRead = CORRECTED");
  expect((await spark.read(table.path)).rows).toEqual(expected());
});

it("finds the same rows by a filter as reading all does, for every kind of column", async () => {
  await spark.sql("SET spark.sql.parquet.datetimeRebaseModeInRead = CORRECTED");
  const kinds = await KindsTable.create();
  onTestFinished(() => kinds.remove());
  // Ranges would take it minutes, and go by the same bounds.
  const predicates = kindPredicates.filter(({ op }) => op !== "<=" && op !== ">=");
  expect(wrongFinds(await findWithSpark(spark, kinds.path, "row", predicates), predicates)).toEqual([]);
});
