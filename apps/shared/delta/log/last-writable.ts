import type { TableSchema } from "../schema";
import type { LogReader } from "../storage/storage";
import type { Metadata, Protocol } from "./actions";
import { decodeCheckpointState } from "./checkpoint";
import { isWritable, type TableDefinition } from "./protocol";
import { readCommits } from "./read-log";

/**
 * The version with which another program made it impossible to append rows of a schema; undefined if the log does not show it, for
 * example because it was never possible.
 */
export async function changedForWriters(log: LogReader, schema: TableSchema): Promise<number | undefined> {
  const fits = (definition: TableDefinition) => isWritable(schema, definition);
  const base = await newestFitting(log, fits);
  let protocol: Protocol | undefined = base?.protocol;
  let metadata: Metadata | undefined = base?.metadata;
  let fitted = base !== undefined;
  let changed: number | undefined;
  for await (const { version, actions } of readCommits(log, (base?.version ?? -1) + 1)) {
    for (const action of actions) {
      if ("protocol" in action) protocol = action.protocol;
      else if ("metaData" in action) metadata = action.metaData;
    }
    if (protocol === undefined || metadata === undefined) continue;
    const isFit = fits({ protocol, metadata });
    if (fitted && !isFit) changed = version;
    fitted = isFit;
  }
  return fitted ? undefined : changed;
}

async function newestFitting(log: LogReader, fits: (definition: TableDefinition) => boolean) {
  for (const version of (await log.list()).checkpoints.toReversed()) {
    const contents = await log.readCheckpoint(version);
    const state = contents === undefined ? undefined : await decodeCheckpointState(contents);
    if (state !== undefined && fits(state)) return { version, ...state };
  }
  return undefined;
}
