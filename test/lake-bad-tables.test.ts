import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { schemaString } from "../apps/shared/delta/schema";
import { observationSchema } from "../apps/shared/lake-table/schema";
import { docker, removeStack } from "./support/docker";
import { bundleLake, LakeProcess } from "./support/lake-process";
import { LakeVolume } from "./support/lake-volume";
import { listingOf } from "./support/listing";
import { runPrefix } from "./support/sweep";

const environment = {
  // Nobody listens there: what is wrong with a table is told before anything is asked of Kafka.
  KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1",
  CONSUMER_NAME: "lake",
  CONSUMER_GROUP: "g",
  CONSUMER_TOPICS: "t",
  LAKE_PLANNED_TOPICS: "t",
};

let directory: string;
let program: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "kafka-iot-sim-bad-tables-"));
  program = bundleLake(directory);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("a path that holds something else than the lake's table", () => {
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
        `${bronze} holds something that is not a Delta table (notes.txt); give the lake an empty directory or another path`,
    ],
    [
      "a file",
      () => writeFile(bronze, "mine"),
      () => `${bronze} is a file; give the lake the path of a directory`,
    ],
    [
      "other files where the dead letters belong",
      () => holding(deadLetters, { "a.parquet": "mine", "b.parquet": "mine" }),
      () =>
        `${deadLetters} holds something that is not a Delta table (a.parquet, b.parquet); give the lake an empty ` +
        "directory or another path",
    ],
    [
      "a table of other columns",
      () => table(bronze, { schemaString: ownSchema.replace('"device"', '"appliance"') }),
      () =>
        `the table ${bronze} has another schema: column 1 is "appliance" string instead of "device" string; give the ` +
        "lake another path, or take that table away",
    ],
    [
      "a table that is partitioned otherwise",
      () => table(bronze, { partitionColumns: ["year", "month", "day"] }),
      () =>
        `the table ${bronze} has another schema: it is partitioned by year, month, day instead of year, month, day, ` +
        "hour, minute; give the lake another path, or take that table away",
    ],
    [
      "a table of a newer protocol",
      () => table(bronze, {}, { minReaderVersion: 3, minWriterVersion: 7 }),
      () =>
        "the table asks for reader version 3 and writer version 7 of the Delta protocol, and this program speaks up to 1 " +
        "and 2: another program has upgraded it; write to a table of its own",
    ],
    [
      "a table whose log has a hole",
      () => table(bronze, {}, undefined, 1),
      () =>
        "version 0 of the Delta log is missing, and there is no checkpoint from there on that this program can read: " +
        "restore the missing files of _delta_log from a copy",
    ],
  ];

  it.each(cases)("%s: is told in one line, and left as it is", async (_what, make, error) => {
    await make();
    const [wrong = ""] = Object.keys(await listingOf(place));
    const before = await listingOf(place, wrong);
    const lake = LakeProcess.start(program, {
      ...environment,
      LAKE_TABLE_PATH: bronze,
      LAKE_DEAD_LETTERS_PATH: deadLetters,
    });
    expect(await lake.failure()).toEqual([error()]);
    expect(await listingOf(place, wrong)).toEqual(before);
  });
});

describe("an empty volume that is mounted read-only", () => {
  const stack = `${runPrefix()}read-only`;
  afterAll(() => removeStack(stack));

  it("is told in one line, and left as it is", async () => {
    const volume = await LakeVolume.create(stack, "read-only", 16);
    const lake = await volume.createLake({ program, environment, readOnly: true });
    await docker("start", lake);
    expect(await volume.failure(lake)).toEqual([
      "could not make the directory /lake/bronze/_delta_log: the volume is mounted read-only: mount it writable " +
        "(EROFS: read-only file system, mkdir '/lake/bronze')",
    ]);
    expect(await volume.list()).toBe("/lake\n");
  });
});

const ownSchema = schemaString(observationSchema);

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
