import { formatLastCheckpoint } from "../log-names";
import type { FileStore, LogReader, LogStore, PutResult, TableStorage } from "../storage";

/** A table's storage in memory, for tests. */
export interface MemoryStorage extends TableStorage {
  readonly entries: Map<number, string>;
  readonly checkpoints: Map<number, Uint8Array>;
  readonly contents: Map<string, Uint8Array>;
  /** When data files and log entries were written, by path or version; the current time for all others. */
  readonly modifiedAt: Map<string | number, number>;
  lastCheckpoint: string | undefined;
}

export function createMemoryStorage(): MemoryStorage {
  const entries = new Map<number, string>();
  const checkpoints = new Map<number, Uint8Array>();
  const contents = new Map<string, Uint8Array>();
  const modifiedAt = new Map<string | number, number>();
  const timeOf = (key: string | number) => modifiedAt.get(key) ?? Date.now();
  const log: LogStore = {
    ...memoryLog(entries, checkpoints),
    has: (version) => Promise.resolve(entries.has(version) || checkpoints.has(version)),
    putIfAbsent(version, text) {
      if (entries.has(version)) return Promise.resolve<PutResult>("exists");
      entries.set(version, text);
      return Promise.resolve<PutResult>("written");
    },
    remove(version) {
      entries.delete(version);
      return Promise.resolve();
    },
    writeCheckpoint(checkpoint) {
      checkpoints.set(checkpoint.version, checkpoint.contents);
      storage.lastCheckpoint = formatLastCheckpoint(checkpoint.version, checkpoint.actions);
      return Promise.resolve();
    },
    readLastCheckpoint: () => Promise.resolve(storage.lastCheckpoint),
    async removeBefore(version, writtenBefore) {
      let removed = 0;
      for (const [versions, kept] of [
        [(await log.list()).checkpoints, checkpoints],
        [(await log.list()).commits, entries],
      ] as const) {
        for (const candidate of versions) {
          if (candidate >= version || timeOf(candidate) >= writtenBefore) break;
          if (kept.delete(candidate)) removed++;
        }
      }
      return removed;
    },
  };
  const files: FileStore = {
    write(newFiles) {
      for (const file of newFiles) {
        if (contents.has(file.path)) return Promise.reject(new Error(`${file.path} exists already`));
        contents.set(file.path, file.contents);
      }
      return Promise.resolve();
    },
    read: (path) => Promise.resolve(contents.get(path)),
    remove(paths) {
      for (const path of paths) contents.delete(path);
      return Promise.resolve();
    },
    async *walk() {
      await Promise.resolve();
      yield [...contents.keys()].map((path) => ({ path, modifiedAt: timeOf(path) }));
    },
  };
  const storage: MemoryStorage = {
    location: "memory",
    log,
    files,
    entries,
    checkpoints,
    contents,
    modifiedAt,
    lastCheckpoint: undefined,
  };
  return storage;
}

/** A log whose files are in memory. */
function memoryLog(
  entries: ReadonlyMap<number, string>,
  checkpoints: ReadonlyMap<number, Uint8Array>,
): LogReader {
  const sorted = (versions: Iterable<number>) => [...versions].sort((one, other) => one - other);
  return {
    list: () => Promise.resolve({ commits: sorted(entries.keys()), checkpoints: sorted(checkpoints.keys()) }),
    read: (version) => Promise.resolve(entries.get(version)),
    readCheckpoint: (version) => Promise.resolve(checkpoints.get(version)),
  };
}
