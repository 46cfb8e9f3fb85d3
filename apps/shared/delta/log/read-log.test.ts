import { describe, expect, it } from "vitest";
import { createMemoryStorage, type MemoryStorage } from "../storage/testing/memory-storage";
import { readSnapshot } from "./snapshot";
import { type Action, formatCommit } from "./actions";
import { encodeCheckpoint } from "./checkpoint";
import { findStart, loadState } from "./read-log";
import { supportedProtocol } from "./state";

const metaData = {
  id: "id",
  format: { provider: "parquet", options: {} },
  schemaString: "{}",
  partitionColumns: [],
  configuration: {},
};
const txn = (version: number): Action => ({ txn: { appId: "p", version } });
const add = (path: string): Action => ({
  add: { path, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true },
});

/** A log of versions 0 to 9 with checkpoints at 3 and 6; each version adds a file and moves "p" to its number. */
async function log(): Promise<MemoryStorage> {
  const storage = createMemoryStorage();
  storage.entries.set(0, formatCommit([{ protocol: supportedProtocol }, { metaData }, txn(0), add("0")]));
  for (let version = 1; version <= 9; version++) {
    storage.entries.set(version, formatCommit([txn(version), add(String(version))]));
    if (version !== 3 && version !== 6) continue;
    const snapshot = await readSnapshot(storage.log);
    await storage.log.writeCheckpoint({ version, ...snapshot!.encode(0) });
  }
  return storage;
}

const cleanUp = (storage: MemoryStorage, before: number) => {
  for (const version of storage.entries.keys()) if (version < before) storage.entries.delete(version);
};
const tear = (storage: MemoryStorage, version: number) => {
  const contents = storage.checkpoints.get(version)!;
  storage.checkpoints.set(version, contents.subarray(0, contents.length - 20));
};
const startOf = async (storage: MemoryStorage) => {
  const snapshot = await readSnapshot(storage.log);
  const state = await loadState(storage.log);
  expect(state?.transactions).toEqual(new Map([["p", 9]]));
  expect(state?.version).toBe(9);
  expect([...snapshot!.files.keys()].sort()).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  return { checkpoint: snapshot?.checkpoint, unreadable: snapshot?.unreadable };
};

describe("reading a log", () => {
  it("finds no table in an empty log", async () => {
    const { log } = createMemoryStorage();
    await expect(loadState(log)).resolves.toBeUndefined();
    await expect(readSnapshot(log)).resolves.toBeUndefined();
  });

  it("starts with the latest checkpoint", async () => {
    const storage = await log();
    await expect(startOf(storage)).resolves.toEqual({ checkpoint: 6, unreadable: [] });
    cleanUp(storage, 7);
    await expect(startOf(storage)).resolves.toEqual({ checkpoint: 6, unreadable: [] });
  });

  it.each(["garbage", '{"version":4}', '{"version":99,"size":1}', undefined])(
    "ignores that _last_checkpoint is %s",
    async (text) => {
      const storage = await log();
      storage.lastCheckpoint = text;
      await expect(startOf(storage)).resolves.toEqual({ checkpoint: 6, unreadable: [] });
    },
  );

  it("falls back from an incomplete checkpoint to an older one, and to version 0", async () => {
    const storage = await log();
    tear(storage, 6);
    await expect(startOf(storage)).resolves.toEqual({ checkpoint: 3, unreadable: [6] });
    tear(storage, 3);
    await expect(startOf(storage)).resolves.toEqual({ checkpoint: undefined, unreadable: [6, 3] });
  });

  it("reports what is damaged and what is missing if nothing can be read", async () => {
    const storage = await log();
    cleanUp(storage, 3);
    tear(storage, 3);
    tear(storage, 6);
    const error = {
      code: "LOG_INCOMPLETE",
      message:
        "version 2 of the Delta log is missing, and there is no checkpoint from there on that this program can read " +
        "(damaged: 3, 6): restore the missing files of _delta_log from a copy",
    };
    await expect(loadState(storage.log)).rejects.toMatchObject(error);
    await expect(readSnapshot(storage.log)).rejects.toMatchObject(error);
  });

  it("does not fall back behind a checkpoint whose earlier entries were removed", async () => {
    const storage = await log();
    for (const version of [4, 5, 6, 7, 8, 9]) storage.entries.delete(version);
    await expect(loadState(storage.log)).resolves.toMatchObject({ version: 6 });
    tear(storage, 6);
    await expect(loadState(storage.log)).rejects.toMatchObject({
      code: "LOG_INCOMPLETE",
      message: expect.stringMatching(/^version 6 of the Delta log is missing.*\(damaged: 6\)/) as string,
    });
  });

  it("does not skip a hole after the latest checkpoint", async () => {
    const storage = await log();
    storage.entries.delete(8);
    await expect(loadState(storage.log)).rejects.toMatchObject({ code: "LOG_INCOMPLETE" });
  });

  it("reads again if entries are cleaned up meanwhile", async () => {
    const storage = await log();
    const late = {
      ...storage.log,
      list: async () => {
        const listing = await storage.log.list();
        const stale = { commits: listing.commits, checkpoints: [] };
        const answer = storage.entries.has(0) ? stale : listing;
        cleanUp(storage, 6);
        return answer;
      },
    };
    await expect(loadState(late)).resolves.toMatchObject({ version: 9 });
    await expect(findStart(storage.log, () => Promise.resolve(1))).resolves.toMatchObject({ last: 9 });
  });

  it("refuses a checkpoint of a newer protocol", async () => {
    const storage = await log();
    const protocol = { minReaderVersion: 3, minWriterVersion: 7 };
    const { contents } = encodeCheckpoint(
      { protocol, metadata: metaData, transactions: [] },
      { adds: [], removes: [] },
    );
    storage.checkpoints.set(6, contents);
    await expect(loadState(storage.log)).rejects.toMatchObject({ code: "PROTOCOL_UNSUPPORTED" });
  });
});
