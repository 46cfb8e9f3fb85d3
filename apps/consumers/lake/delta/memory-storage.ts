import type { FileStore, LogStore, PutResult, TableStorage } from "./storage";

/** A table's storage in memory, for tests. */
export interface MemoryStorage extends TableStorage {
  readonly entries: Map<number, string>;
  readonly contents: Map<string, Uint8Array>;
}

export function createMemoryStorage(): MemoryStorage {
  const entries = new Map<number, string>();
  const contents = new Map<string, Uint8Array>();
  const log: LogStore = {
    list: () => Promise.resolve([...entries.keys()].sort((one, other) => one - other)),
    read: (version) => Promise.resolve(entries.get(version)),
    putIfAbsent(version, text) {
      if (entries.has(version)) return Promise.resolve<PutResult>("exists");
      entries.set(version, text);
      return Promise.resolve<PutResult>("written");
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
  };
  return { location: "memory", log, files, entries, contents };
}
