import { expect, it } from "vitest";
import { type Action, formatCommit, parseCommit } from "../../../apps/shared/delta/log/actions";
import { Snapshot } from "../../../apps/shared/delta/log/snapshot";
import { schemaString } from "../../../apps/shared/delta/schema";
import {
  checkpointName,
  formatLastCheckpoint,
  logFileName,
} from "../../../apps/shared/delta/storage/log-names";
import { observationSchema } from "../../../contract/tables";
import { NotThere } from "./docker";
import { readTable } from "./snapshot";

const lastVersion = 6;
const actionsOf = (version: number): Action[] => {
  if (version > 0) {
    const add = { path: `f${version}`, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true };
    return [{ txn: { appId: "app", version } }, { add }];
  }
  const format = { provider: "parquet", options: {} };
  const { partitionColumns } = observationSchema;
  return [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: "x",
        format,
        schemaString: schemaString(observationSchema),
        partitionColumns,
        configuration: {},
      },
    },
  ];
};

/** The files of a log with a checkpoint of version 3. */
function logFiles(): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const snapshot = new Snapshot();
  for (let version = 0; version <= lastVersion; version++) {
    const text = formatCommit(actionsOf(version));
    files.set(logFileName(version), Buffer.from(text));
    if (version <= 3) snapshot.apply({ version, actions: parseCommit(version, text) });
  }
  const { contents, actions } = snapshot.encode(0);
  files.set(checkpointName(3), Buffer.from(contents));
  files.set("_last_checkpoint", Buffer.from(formatLastCheckpoint(3, actions)));
  return files;
}

const written = 1_700_000_000_000;

function storedTable(files: ReadonlyMap<string, Buffer>) {
  const reads: string[] = [];
  const file = (name: string, contents: Buffer) => ({ name, contents, modifiedMs: written });
  return {
    location: "a table",
    reads,
    readFile(path: string) {
      const name = path.replace("_delta_log/", "");
      const contents = files.get(name);
      if (contents === undefined) return Promise.reject(new NotThere(path));
      reads.push(name);
      return Promise.resolve(file(path, contents));
    },
    async *readFiles(directory: string, wanted: (path: string) => boolean) {
      reads.push("everything");
      if (files.size === 0) throw new NotThere(directory);
      for (const [name, contents] of files) {
        const path = `${directory}/${name}`;
        if (wanted(path)) yield await Promise.resolve(file(path, contents));
      }
    },
  };
}

async function read(files: ReadonlyMap<string, Buffer>) {
  const table = storedTable(files);
  const snapshot = await readTable(table);
  return {
    reads: table.reads,
    version: snapshot?.state.version,
    transactions: snapshot?.state.transactions,
    paths: snapshot?.files.map(({ add }) => add.path).sort(),
    checkpoint: snapshot?.checkpoint,
  };
}

const whole = {
  version: lastVersion,
  transactions: new Map([["app", lastVersion]]),
  paths: ["f1", "f2", "f3", "f4", "f5", "f6"],
};

it("the snapshot copies only the last checkpoint and the commits after it", async () => {
  const files = logFiles();
  for (let version = 0; version <= 3; version++) files.delete(logFileName(version));
  await expect(read(files)).resolves.toEqual({
    ...whole,
    reads: ["_last_checkpoint", checkpointName(3), ...[4, 5, 6].map(logFileName)],
    checkpoint: { version: 3, writtenMs: written },
  });
});

it.each([
  ["is not there", undefined],
  ["is no JSON", "{"],
  ["names a checkpoint that is not there", formatLastCheckpoint(5, 1)],
])("the snapshot copies all commits if _last_checkpoint %s", async (_what, text) => {
  const files = logFiles();
  for (let version = 0; version <= 3; version++) files.delete(logFileName(version));
  if (text === undefined) files.delete("_last_checkpoint");
  else files.set("_last_checkpoint", Buffer.from(text));
  const found = await read(files);
  expect(found).toMatchObject({ ...whole, checkpoint: { version: 3, writtenMs: written } });
  expect(found.reads).toContain("everything");
});

it("the snapshot does not need an incomplete checkpoint", async () => {
  const files = logFiles();
  files.set(checkpointName(3), files.get(checkpointName(3))!.subarray(0, 100));
  await expect(read(files)).resolves.toMatchObject({ ...whole, checkpoint: undefined });
  files.delete(logFileName(0));
  await expect(read(files)).rejects.toMatchObject({ code: "LOG_INCOMPLETE" });
});

it("the snapshot copies the whole log if very many commits follow the checkpoint", async () => {
  const files = logFiles();
  for (let version = lastVersion + 1; version <= 40; version++)
    files.set(logFileName(version), Buffer.from(formatCommit(actionsOf(version))));
  const found = await read(files);
  expect(found).toMatchObject({ version: 40, checkpoint: { version: 3 } });
  expect(found.paths).toHaveLength(40);
  expect(found.reads).toContain("everything");
});

it("there is no snapshot without a table", async () => {
  await expect(readTable(storedTable(new Map()))).resolves.toBeUndefined();
});
