import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { KindsTable, kindPredicates, wrongFinds } from "./support/column-kinds";
import type { Finds, Predicate } from "./support/predicates";
import { findWithDuckdb, findWithHyparquet, findWithPython } from "./support/row-finders";
import { readObservations } from "../apps/consumers/dashboard/lake/file-contents";
import { decodeDataFile, encodeDataFile } from "../apps/shared/delta/data-file";
import { checkpointName, logDirectory } from "../apps/shared/delta/log-names";
import { dataColumns, schemaString } from "../apps/shared/delta/schema";
import { decodeWhole } from "../apps/shared/delta/snapshot";
import { observationSchema } from "../contract/tables";
import { SqlSession } from "../tools/lake/session";
import { sqlColumns } from "../tools/lake/views";
import {
  ancientRows,
  byOffset,
  doubleDigits,
  edgeRows,
  plainRow,
  type PlainRow,
  plainRowsOf,
} from "./support/sample-rows";
import { SampleTable } from "./support/sample-table";
import {
  appendWithDeltaRs,
  type ForeignFile,
  readWithDeltaRs,
  readWithDuckdb,
  rewriteCheckpoint,
  tidyWithDeltaRs,
  writeForeignFiles,
} from "./support/table-readers";

const ownSchema = schemaString(observationSchema);
const schema: unknown = JSON.parse(ownSchema);

let table: SampleTable;
let rows: PlainRow[];
beforeEach(async () => {
  table = await SampleTable.create();
  rows = [];
  taken = 0;
});
afterEach(() => table.remove());

/** Offsets that the lake's own commits have taken up; those of others do not count. */
let taken: number;

async function append(added: readonly PlainRow[], to = table): Promise<void> {
  await to.append(added);
  rows.push(...added);
  taken += added.length;
}

/** More commits of a few rows each, over two minutes. */
async function appendMany(commits: number): Promise<void> {
  for (let commit = 0; commit < commits; commit++) {
    const first = rows.length;
    await append([
      plainRow(first, "2026-11-23T12:00:30.000Z", { label: "on" }),
      plainRow(first + 1, "2026-11-23T12:01:30.000Z"),
    ]);
  }
}

async function expectEverywhere(): Promise<void> {
  const wanted = rows.toSorted(byOffset);
  expect(await readWithDeltaRs(table.path)).toEqual({ schema, stored: taken, rows: wanted });
  // One that has just started reads the log anew.
  expect(await (await SampleTable.open(table.path)).stored()).toBe(taken);
  expect(await readWithDuckdb(table)).toEqual(wanted);
}

it("gives delta-rs and DuckDB every value as it was", async () => {
  await append([...edgeRows(0), ...ancientRows(1_000)]);
  await expectEverywhere();
});

it("gives delta-rs and DuckDB the same rows when checkpointed, compacted, vacuumed and its log cleaned up", async () => {
  await append(edgeRows(0));
  await appendMany(15);
  await table.maintain();
  await appendMany(15);
  const before = await table.storedFiles();
  await table.maintain();
  const { commits, checkpoints } = await table.listLog();
  expect(checkpoints.length).toBeGreaterThan(0);
  expect(commits).not.toContain(0);
  expect((await table.storedFiles()).length).toBeLessThan(before.length / 3);
  await expectEverywhere();
});

it("goes on after delta-rs has appended, compacted and written a checkpoint", async () => {
  await append(edgeRows(0));
  await appendMany(3);
  const theirs = [...edgeRows(10_000), ...ancientRows(11_000)];
  await appendWithDeltaRs(table.path, theirs);
  await tidyWithDeltaRs(table.path);
  rows.push(...theirs);
  expect(await table.stored()).toBe(taken);

  // One that was open all the time, and one that begins with delta-rs's checkpoint.
  await append([plainRow(20_000, "2026-11-23T12:02:00.000Z")]);
  const reopened = await SampleTable.open(table.path);
  expect(await reopened.stored()).toBe(taken);
  await append([plainRow(20_001, "2026-11-23T12:02:00.000Z")], reopened);
  await appendMany(12);
  await table.maintain();
  await expectEverywhere();
});

describe("a filter", () => {
  let kinds: KindsTable;
  let finds: Readonly<Record<string, Finds>>;
  beforeAll(async () => {
    kinds = await KindsTable.create();
    const files = await kinds.files();
    finds = {
      ...(await findWithPython(kinds.path, "row", kindPredicates)),
      ...(await findWithDuckdb(kinds.path, files, "row", kindPredicates)),
      hyparquet: await findWithHyparquet(files, "row", kindPredicates),
    };
  });
  afterAll(() => kinds.remove());

  it.each([
    "delta-rs with filters",
    "delta-rs as a dataset",
    "delta-rs with SQL",
    "polars",
    "polars with pyarrow",
    "DuckDB's delta_scan",
    "DuckDB's read_parquet",
    "hyparquet",
  ])("finds the same rows as reading all does, for every kind of column: %s", (reader) => {
    expect(finds[reader]?.filter((found) => found !== undefined).length).toBeGreaterThan(50);
    expect(wrongFinds(finds[reader] ?? [])).toEqual([]);
  });

  const longName = "a-device-".padEnd(89, "x");
  const byDevice = [longName, "pump"].map((value): Predicate => ({
    column: "device",
    type: "string",
    op: "=",
    value,
  }));
  const everyWay = (filtered: readonly (readonly number[])[]) => {
    const each = filtered.map((rows) => ({ filtered: rows, holds: rows }));
    return {
      "delta-rs with filters": each,
      "delta-rs as a dataset": each,
      "delta-rs with SQL": each,
      polars: each,
      "polars with pyarrow": each,
    };
  };

  /** A commit for each of so many minutes. @returns the offsets that each of the predicates is to find of all. */
  async function appendDevices(minutes: number): Promise<[number[], number[]]> {
    for (let minute = 0; minute < minutes; minute++) {
      const time = new Date(Date.UTC(2026, 10, 23, 12, minute)).toISOString();
      const offset = rows.length;
      await append([
        plainRow(offset, time, { device: longName }),
        plainRow(offset + 1, time, { device: "pump" }),
      ]);
    }
    const even = Array.from({ length: rows.length / 2 }, (_, index) => 2 * index);
    return [even, even.map((offset) => offset + 1)];
  }

  it("finds devices of long and short names, also when checkpointed and compacted", async () => {
    const written = await appendDevices(11);
    expect(await findWithPython(table.path, "kafka_offset", byDevice)).toEqual(everyWay(written));

    await table.maintain();
    const { commits, checkpoints } = await table.listLog();
    // Readers take all that there is to say of the files from the checkpoint: no commit comes after it.
    expect([commits.at(-1), checkpoints]).toEqual([11, [11]]);
    expect(await findWithPython(table.path, "kafka_offset", byDevice)).toEqual(everyWay(written));

    const more = await appendDevices(11);
    await table.maintain();
    expect((await table.snapshot()).files.size).toBe(11);
    expect(await findWithPython(table.path, "kafka_offset", byDevice)).toEqual(everyWay(more));
  });

  it("finds rows of files that an earlier version gave bounds of other columns alone, once the lake has mended them", async () => {
    await append([plainRow(0, "2026-11-23T12:00:00.000Z", { device: longName })]);
    await append([plainRow(1, "2026-11-23T12:01:00.000Z", { device: "pump" })]);
    await table.forgetBounds("device");
    const before = await findWithPython(table.path, "kafka_offset", byDevice);
    expect(before["delta-rs with filters"]?.map((found) => found?.filtered)).toEqual([[], []]);
    await table.maintain();
    expect(await findWithPython(table.path, "kafka_offset", byDevice)).toEqual(everyWay([[0], [1]]));
    await expectEverywhere();
  });
});

it("compacts what delta-rs has written with any codec, and goes on after it has compacted everything itself", async () => {
  await append(edgeRows(0));
  const codecs = ["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"];
  for (const [index, codec] of codecs.entries()) {
    const theirs = [...edgeRows(10_000 + index * 100), ...ancientRows(20_000 + index * 100)];
    await appendWithDeltaRs(table.path, theirs, codec);
    rows.push(...theirs);
  }
  await table.maintain();
  const minutes = new Set(
    rows.map(({ year, month, day, hour, minute }) => [year, month, day, hour, minute].join()),
  );
  expect((await table.snapshot()).files.size).toBe(minutes.size);
  await expectEverywhere();

  await append(edgeRows(30_000));
  await tidyWithDeltaRs(table.path);
  const paths = [...(await table.snapshot()).files.keys()];
  expect(paths.some((path) => path.endsWith(".zstd.parquet"))).toBe(true);
  await append(edgeRows(40_000));
  await table.maintain();
  expect((await table.snapshot()).files.size).toBe(minutes.size);
  await expectEverywhere();
});

describe("Parquet files of other programs", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "kafka-iot-sim-foreign-"));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const columns = dataColumns(observationSchema);
  const more = Array.from({ length: 40 }, (_, row) =>
    plainRow(1_000 + row, "2026-11-23T12:00:30.000Z", {
      device: `d${row}`,
      label: row % 3 === 0 ? null : `l${row % 7}`,
    }),
  );

  async function differenceOf({ name, rows: wanted }: ForeignFile): Promise<string | undefined> {
    try {
      const contents = await readFile(join(directory, `${name}.parquet`));
      const batch = await decodeDataFile(columns, contents);
      expect(plainRowsOf(batch)).toEqual(wanted);
      if (batch.rows === 0) return undefined;
      expect(await readObservations(contents)).toEqual(
        await readObservations(encodeDataFile(columns, batch)),
      );
      return undefined;
    } catch (error) {
      return `${name}: ${String(error)}`;
    }
  }

  it("are read as pyarrow reads them: codecs, encodings, pages, groups of rows, nulls and types", async () => {
    const files = await writeForeignFiles(directory, [...edgeRows(0), ...ancientRows(100), ...more]);
    expect(files.length).toBeGreaterThan(180);
    const differences = await Promise.all(files.map(differenceOf));
    expect(differences.filter((difference) => difference !== undefined)).toEqual([]);
  });

  it("are all there in SQL, those that DuckDB cannot read among them", async () => {
    const files = await writeForeignFiles(directory, [...edgeRows(0), ...more]);
    // DuckDB has one type for a column of all files, and not every time fits into nanoseconds.
    const some = files.filter(({ name }) => !name.startsWith("times-ns"));
    const place = join(directory, "year=2026/month=11/day=23/hour=12/minute=0");
    await mkdir(place, { recursive: true });
    const paths = some.map(({ name }) => join(place, `${name}.parquet`));
    for (const path of paths) await rename(join(directory, basename(path)), path);
    const { partitionColumns } = observationSchema;
    const sqlTable = {
      name: "bronze" as const,
      columns: sqlColumns(ownSchema),
      partitionColumns,
      paths,
      schema: observationSchema,
    };
    const sql = await SqlSession.open([sqlTable], join(directory, "scratch"));
    try {
      const values = columns.map(({ name, type }) => {
        if (type === "long") return `"${name}"::varchar AS "${name}"`;
        return type === "timestamp" ? `epoch_us("${name}")::varchar AS "${name}"` : `"${name}"`;
      });
      const found = await sql.rows<PlainRow>(`SELECT ${values.join(", ")} FROM bronze`);
      const plain = found.map((row) => ({ ...row, value: doubleDigits(Number(row["value"])) }));
      expect(sql.unread).toEqual([]);
      const sorted = (rows: readonly PlainRow[]) => rows.map((row) => JSON.stringify(row)).sort();
      expect(sorted(plain)).toEqual(sorted(some.flatMap((file) => file.rows)));
    } finally {
      await sql.close();
    }
  });

  it("are read where they are checkpoints, too", async () => {
    await append(edgeRows(0));
    await appendMany(3);
    await tidyWithDeltaRs(table.path);
    const { version } = await table.snapshot();
    const checkpoint = join(table.path, logDirectory, checkpointName(version));
    const wanted = await decodeWhole(await readFile(checkpoint));
    expect(wanted?.adds.length).toBeGreaterThan(0);
    expect(wanted?.removes.length).toBeGreaterThan(0);
    for (const name of await rewriteCheckpoint(directory, checkpoint)) {
      const found = await decodeWhole(await readFile(join(directory, `${name}.parquet`)));
      expect({ name, found }).toEqual({ name, found: wanted });
    }
  });
});
