import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { failing, unlessMissing } from "./durable";
import { noFaults } from "./fault-points";
import { localFiles } from "./local-files";
import { localLog } from "./local-log";
import { listingOf, logDirectory } from "./log-names";
import type { FileStore, LogReader, LogStore } from "./storage";

/** What reading a table takes that others write. */
export interface TableReading {
  /** The table's place, for people to read. */
  readonly location: string;
  readonly log: LogReader & Pick<LogStore, "has">;
  readonly files: Pick<FileStore, "read">;
}

/** A table in a directory of this machine, which may not be there yet, to be read alone: nothing is made, nothing is written. */
export function localReading(path: string): TableReading {
  const root = resolve(path);
  const directory = join(root, logDirectory);
  const list = async () => listingOf((await unlessMissing(readdir(directory))) ?? []);
  return {
    location: root,
    log: {
      ...localLog(directory, noFaults),
      list: () => failing(`read the directory ${directory}`, list),
    },
    files: localFiles(root, noFaults),
  };
}
