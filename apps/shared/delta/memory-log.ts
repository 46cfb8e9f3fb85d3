import type { LogReader } from "./storage";

/** A log whose files are in memory already. */
export function memoryLog(
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
