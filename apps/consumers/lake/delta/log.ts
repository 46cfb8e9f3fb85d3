import { parseCommit } from "./actions";
import type { Commit } from "./state";
import type { LogStore } from "./storage";

/**
 * Reads the commits of a log from `from` on, in order, until there is none.
 * @throws LakeError LAKE_LOG_CORRUPT, LAKE_STORAGE_FAILED.
 */
export async function* readCommits(log: LogStore, from: number): AsyncGenerator<Commit> {
  for (let version = from; ; version++) {
    const text = await log.read(version);
    if (text === undefined) return;
    yield { version, actions: parseCommit(version, text) };
  }
}
