import { access, link, readdir, readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { FaultPoints } from "../fault-points";
import {
  codeOf,
  failing,
  removeFile,
  replaceDurably,
  syncDirectories,
  temporaryFor,
  unlessMissing,
  writeDurably,
} from "./durable";
import {
  checkpointName,
  formatLastCheckpoint,
  isTemporary,
  lastCheckpointName,
  listingOf,
  logFileName,
} from "./log-names";
import type { LogStore } from "./storage";

/** A temporary file exists for moments; an older one was left behind by a killed process. */
const abandonedAfterMs = 3_600_000;

/** A table's log in an existing directory. */
export function localLog(directory: string, faults: FaultPoints): LogStore {
  const pathOf = (name: string) => join(directory, name);
  const list = async () => listingOf(await readdir(directory));
  return {
    list: () => failing(`read the directory ${directory}`, list),

    read: (version) =>
      failing(`read ${logFileName(version)}`, () =>
        unlessMissing(readFile(pathOf(logFileName(version)), "utf8")),
      ),

    readCheckpoint: (version) =>
      failing(`read ${checkpointName(version)}`, () =>
        unlessMissing(readFile(pathOf(checkpointName(version)))),
      ),

    readLastCheckpoint: () =>
      failing(`read ${lastCheckpointName}`, () =>
        unlessMissing(readFile(pathOf(lastCheckpointName), "utf8")),
      ),

    has: (version) =>
      failing(`look for ${logFileName(version)}`, async () => {
        for (const name of [logFileName(version), checkpointName(version)]) {
          if ((await unlessMissing(access(pathOf(name)).then(() => true))) === true) return true;
        }
        return false;
      }),

    putIfAbsent: (version, text) =>
      failing(`write ${logFileName(version)}`, async () => {
        const path = pathOf(logFileName(version));
        const temporary = temporaryFor(path);
        try {
          await writeDurably(temporary, Buffer.from(text, "utf8"));
          faults.reach("before log link");
          try {
            await link(temporary, path);
          } catch (error) {
            if (codeOf(error) === "EEXIST") return "exists";
            throw error;
          }
          faults.reach("after log link");
        } finally {
          await unlink(temporary).catch(() => {});
        }
        await syncDirectories([directory]);
        return "written";
      }),

    remove: (version) =>
      failing(`remove ${logFileName(version)}`, async () => {
        await removeFile(pathOf(logFileName(version)));
      }),

    async writeCheckpoint({ version, contents, actions }) {
      await failing(`write ${checkpointName(version)}`, () =>
        replaceDurably(pathOf(checkpointName(version)), contents, {
          before: () => faults.reach("before checkpoint rename"),
          after: () => faults.reach("after checkpoint rename"),
        }),
      );
      await failing(`write ${lastCheckpointName}`, () =>
        replaceDurably(pathOf(lastCheckpointName), Buffer.from(formatLastCheckpoint(version, actions))),
      );
    },

    removeBefore: (version, writtenBefore) =>
      failing(`clean up ${directory}`, async () => {
        const { commits, checkpoints } = await list();
        const isOld = async (name: string) => {
          const found = await unlessMissing(stat(pathOf(name)));
          return found === undefined || found.mtimeMs < writtenBefore;
        };
        let removed = 0;
        for (const [versions, nameOf] of [
          [checkpoints, checkpointName],
          [commits, logFileName],
        ] as const) {
          for (const name of versions.filter((candidate) => candidate < version).map(nameOf)) {
            if (!(await isOld(name))) break;
            if (await removeFile(pathOf(name))) removed++;
          }
        }
        return removed;
      }),
  };
}

/** Removes the temporary files of killed processes. */
export async function removeAbandoned(directory: string): Promise<void> {
  for (const name of (await readdir(directory)).filter(isTemporary)) {
    const path = join(directory, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > abandonedAfterMs) await unlink(path).catch(() => {});
  }
}
