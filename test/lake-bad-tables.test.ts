import { mkdir, mkdtemp, rename, rm, writeFile, readdir, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTables } from "../apps/consumers/lake/open-tables";
import { noFaults } from "../apps/shared/delta/fault-points";
import { schemaString } from "../apps/shared/delta/schema";
import { observationSchema } from "../contract/tables";
import { createLogger } from "../apps/shared/logger";
import { docker, removeStack } from "./support/docker";
import { bundleLake, LakeProcess } from "./support/lake-process";
import { LakeVolume } from "./support/lake-volume";
import type { Predicate } from "./support/predicates";
import { findWithPython } from "./support/row-finders";
import { plainRow } from "./support/sample-rows";
import { sampleAppId, SampleTable } from "./support/sample-table";
import { runPrefix } from "./support/sweep";
import { changeWithDeltaRs, readWithDeltaRs } from "./support/table-readers";
import { createHash } from "node:crypto";

const environment = {
  // Nothing listens there: problems of a table are reported before the lake connects to Kafka.
  KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1",
  CONSUMER_NAME: "lake",
  CONSUMER_GROUP: "g",
  CONSUMER_TOPICS: "t",
  LAKE_PLANNED_TOPICS: "t",
  METRICS_PORT: "0",
  LOG_LEVEL: "debug",
};

let directory: string;
let program: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "kafka-iot-sim-bad-tables-"));
  program = bundleLake(directory);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("a path that holds something other than the lake's table", () => {
  let place: string;
  let bronze: string;
  let deadLetters: string;
  beforeEach(async () => {
    place = await mkdtemp(join(directory, "place-"));
    [bronze, deadLetters] = [join(place, "bronze"), join(place, "dead_letters")];
  });

  const cases: readonly (readonly [what: string, make: () => Promise<void>, error: () => string])[] = [
    [
      "other files",
      () => holding(bronze, { "notes.txt": "mine" }),
      () =>
        `${bronze} holds something that is not a Delta table (notes.txt); move that away, and the lake creates its table there`,
    ],
    [
      "a file",
      () => writeFile(bronze, "mine"),
      () => `${bronze} is a file; move it away, and the lake creates its table there`,
    ],
    [
      "other files where the dead letters belong",
      () => holding(deadLetters, { "a.parquet": "mine", "b.parquet": "mine" }),
      () =>
        `${deadLetters} holds something that is not a Delta table (a.parquet, b.parquet); move that ` +
        "away, and the lake creates its table there",
    ],
    [
      "a table of other columns",
      () => table(bronze, { schemaString: ownSchema.replace('"device"', '"appliance"') }),
      () =>
        `the lake cannot write to the table ${bronze}: column "device" string is missing; column "appliance" string, ` +
        `which the lake does not know, does not take nulls: ${undoing}`,
    ],
    [
      "a table that is partitioned otherwise",
      () => table(bronze, { partitionColumns: ["year", "month", "day"] }),
      () =>
        `the lake cannot write to the table ${bronze}: it is partitioned by year, month, day instead of year, month, ` +
        `day, hour, minute: ${undoing}`,
    ],
    [
      "a table of a newer protocol",
      () => table(bronze, {}, { minReaderVersion: 3, minWriterVersion: 7 }),
      () =>
        "the table asks its readers for what this program cannot do: reader version 3 without naming its features; another " +
        `program has changed it: ${undoing}`,
    ],
    [
      "a table whose log has a hole",
      () => table(bronze, {}, undefined, 1),
      () =>
        "version 0 of the Delta log is missing, and there is no checkpoint from there on that this program can read: " +
        "restore the missing files of _delta_log from a copy",
    ],
  ];

  it.each(cases)(
    "%s: makes the lake unhealthy, is reported once, and left as it is",
    async (_what, make, error) => {
      await make();
      const [wrong = ""] = Object.keys(await listingOf(place));
      const before = await listingOf(place, wrong);
      const lake = LakeProcess.start(program, {
        ...environment,
        LAKE_TABLE_PATH: bronze,
        LAKE_DEAD_LETTERS_PATH: deadLetters,
      });
      await lake.prints(/ error /);
      const { status, reason } = await lake.health();
      expect(reason).toBe(error());
      expect(["healthy", "starting"]).not.toContain(status);
      await lake.stop();
      expect(lake.errors).toEqual([error()]);
      expect(await listingOf(place, wrong)).toEqual(before);
    },
  );
});

describe("a table that delta-rs has changed", () => {
  let table: SampleTable;
  let stop: AbortController;
  let lines: string[];
  let opening: ReturnType<typeof openTables>;
  let complaint: () => string | undefined;
  beforeEach(async () => {
    table = await SampleTable.create();
    await table.append([plainRow(0, "2026-11-23T12:00:30.000Z")]);
    stop = new AbortController();
    lines = [];
  });
  afterEach(async () => {
    stop.abort();
    await opening;
    await table.remove();
  });

  /** Opens the tables as a starting lake does. */
  function open(): void {
    const write = (line: string) => lines.push((JSON.parse(line) as { message: string }).message);
    const paths = { observations: table.path, deadLetters: join(table.path, "..", "dead_letters") };
    opening = openTables(paths, noFaults, {
      logger: createLogger({ app: "lake", format: "json", write }),
      signal: stop.signal,
      health: { healthy: () => {}, waitFor: () => {}, check: (check) => (complaint = check) },
    });
  }

  const restore = "restore(1, protocol_downgrade_allowed=True)";
  const changes: readonly (readonly [how: string, python: string, problem: string])[] = [
    [
      "a constraint",
      `table.alter.add_constraint({"small": "value < 100"})`,
      'it has the constraint "small": value < 100',
    ],
    [
      "a column that must not be null",
      `table.alter.add_columns([Field("site", PrimitiveType("string"), nullable=False)])`,
      'column "site" string, which the lake does not know, does not take nulls',
    ],
    [
      "a property by which it forgets transactions",
      `table.alter.set_table_properties({"delta.setTransactionRetentionDuration": "interval 1 days"})`,
      "it sets delta.setTransactionRetentionDuration, so that it forgets how far its sources were read",
    ],
    [
      "other columns",
      `write_deltalake(table, pa.table({"device": [1]}), mode="overwrite", schema_mode="overwrite", partition_by=[])`,
      'column "device" is long instead of string',
    ],
    [
      "deletion vectors",
      `table.alter.add_feature(TableFeatures.DeletionVectors, True)`,
      "the feature deletionVectors",
    ],
  ];
  it.each(changes)(
    "with %s makes the lake wait, unhealthy, until the change is undone as the reason says",
    async (_how, python, problem) => {
      await changeWithDeltaRs(table.path, python);
      open();
      await expect.poll(() => complaint(), { timeout: 10_000 }).toContain(problem);
      expect(complaint()).toMatch(`(version 2 changed it; in delta-rs ${restore} takes that back)`);
      // It examines the table again meanwhile, and reports nothing new.
      await expect(Promise.race([opening, delay(2_500, "waits")])).resolves.toBe("waits");
      const reported = complaint();
      await changeWithDeltaRs(table.path, `table.${restore}`);
      const tables = await opening;
      expect(tables?.table.state.transactions).toEqual(new Map([[sampleAppId, 1]]));
      expect(lines).toEqual([reported, "the tables can be written to again"]);
      expect(complaint()).toBeUndefined();
      await table.append([plainRow(1, "2026-11-23T12:00:30.000Z")]);
      expect((await readWithDeltaRs(table.path)).rows).toHaveLength(2);
    },
  );

  it("in a way that cannot be undone makes the lake wait until it is moved away; then the lake makes a new one", async () => {
    await changeWithDeltaRs(table.path, "table.alter.add_feature(TableFeatures.DomainMetadata, True)");
    open();
    await expect
      .poll(() => complaint(), { timeout: 10_000 })
      .toContain("it asks for the feature domainMetadata");
    await rename(table.path, `${table.path}-before`);
    expect((await opening)?.table.state.version).toBe(0);
    expect(lines.at(-1)).toBe("the tables can be written to again");
  });

  it("with a constraint that is dropped again, or with nullable columns, is written to as before", async () => {
    await changeWithDeltaRs(table.path, `table.alter.add_constraint({"small": "value < 100"})`);
    await expect(table.append([plainRow(1, "2026-11-23T12:00:30.000Z")])).rejects.toThrow(
      'it has the constraint "small": value < 100',
    );
    await changeWithDeltaRs(table.path, `table.alter.drop_constraint("small")`);
    const ours = await SampleTable.open(table.path);
    const rows = Array.from({ length: 20 }, (_, row) => plainRow(1 + row, "2026-11-23T12:00:30.000Z"));
    for (const row of rows.slice(0, 10)) await ours.append([row]);
    // Another program's rows have values in its column; they stay with theirs.
    await changeWithDeltaRs(
      table.path,
      `table.alter.add_columns([Field("site", PrimitiveType("string"), nullable=True)])
table = DeltaTable(sys.argv[2])
row = table.to_pyarrow_table().slice(0, 1)
row = row.set_column(row.column_names.index("site"), "site", pa.array(["north"]))
row = row.set_column(row.column_names.index("kafka_offset"), "kafka_offset", pa.array([1000]))
write_deltalake(table, row, mode="append")`,
    );
    for (const row of rows.slice(10)) await ours.append([row]);
    await ours.maintain();
    expect((await ours.snapshot()).files.size).toBe(2);
    const found = (await readWithDeltaRs(table.path)).rows;
    expect(found.map((row) => [row["kafka_offset"], row["site"]])).toEqual([
      ...Array.from({ length: 21 }, (_, row) => [String(row), null]),
      ["1000", "north"],
    ]);
    const isNull: Predicate = { column: "site", type: "string", op: "is null" };
    const withoutSite = Array.from({ length: 21 }, (_, row) => row);
    const finds = Object.values(await findWithPython(table.path, "kafka_offset", [isNull])).flat();
    const asked = finds.filter((each) => each !== undefined);
    expect(asked.length).toBeGreaterThan(2);
    expect(asked).toEqual(asked.map(() => ({ filtered: withoutSite, holds: withoutSite })));
    open();
    expect((await opening)?.table.state.transactions).toEqual(new Map([[sampleAppId, 21]]));
    expect(lines).toEqual([]);
  });
});

describe("an empty volume that is mounted read-only", () => {
  const stack = `${runPrefix()}read-only`;
  afterAll(() => removeStack(stack));

  it("is reported in one line, and left unchanged", async () => {
    const volume = await LakeVolume.create(stack, "read-only", 16);
    const quiet = { ...environment, LOG_LEVEL: "info" };
    const lake = await volume.createLake({ program, environment: quiet, readOnly: true });
    await docker("start", lake);
    expect(await volume.failure(lake)).toEqual([
      "could not make the directory /lake/bronze/_delta_log: the volume is mounted read-only: mount it writable " +
        "(EROFS: read-only file system, mkdir '/lake/bronze')",
    ]);
    expect(await volume.list()).toBe("/lake\n");
  });
});

const ownSchema = schemaString(observationSchema);
const undoing = "undo that, or move the table away, and the lake goes on";

async function holding(path: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(path, { recursive: true });
  for (const [name, contents] of Object.entries(files)) await writeFile(join(path, name), contents);
}

/** Makes an empty Delta table that is, but for what is given, the lake's own. */
async function table(
  path: string,
  metadata: Readonly<Record<string, unknown>>,
  protocol: Readonly<Record<string, unknown>> = { minReaderVersion: 1, minWriterVersion: 2 },
  version = 0,
): Promise<void> {
  const metaData = {
    id: "5a9c6c52-3f0f-4b1a-8b63-3c59c1b5bd1f",
    format: { provider: "parquet", options: {} },
    schemaString: ownSchema,
    partitionColumns: observationSchema.partitionColumns,
    configuration: {},
    createdTime: 1_795_392_000_000,
    ...metadata,
  };
  const name = `${String(version).padStart(20, "0")}.json`;
  const actions = [{ protocol }, { metaData }].map((action) => `${JSON.stringify(action)}\n`);
  await holding(join(path, "_delta_log"), { [name]: actions.join("") });
}

/**
 * The contents of a directory, by path: a hash of each file, and when it was last written.
 * @param below only this path and its contents
 */
async function listingOf(directory: string, below = directory): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name));
  const wanted = paths.filter((path) => `${path}/`.startsWith(`${below}/`)).sort();
  return Object.fromEntries(
    await Promise.all(
      wanted.map(async (path): Promise<[string, string]> => [path, await describeFile(path)]),
    ),
  );
}

async function describeFile(path: string): Promise<string> {
  const found = await stat(path);
  if (found.isDirectory()) return "a directory";
  const hash = createHash("sha256").update(await readFile(path));
  return `${hash.digest("hex")} of ${found.mtimeMs}`;
}
