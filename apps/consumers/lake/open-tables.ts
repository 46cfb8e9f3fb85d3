import { deadLetterSchema, observationSchema } from "../../../contract/tables";
import { LakeError, type LakeErrorCode } from "../../shared/delta/errors";
import type { FaultPoints } from "../../shared/delta/fault-points";
import { changedForWriters } from "../../shared/delta/log/last-writable";
import { openLocalStorage } from "../../shared/delta/storage/local-storage";
import type { TableStorage } from "../../shared/delta/storage/storage";
import { DeltaTable, type TableDescription } from "../../shared/delta/table/table";
import type { AppContext } from "../../shared/run-app";
import { delay } from "../../shared/shutdown";

export interface OpenTables {
  readonly table: DeltaTable;
  readonly deadLetters: DeltaTable;
}

const lookEveryMs = 1_000;

/** What somebody has to change about a table; starting again would help as little as looking again does. */
const lasting: ReadonlySet<LakeErrorCode> = new Set<LakeErrorCode>([
  "LAKE_NOT_A_TABLE",
  "LAKE_SCHEMA_MISMATCH",
  "LAKE_PROTOCOL_UNSUPPORTED",
  "LAKE_LOG_CORRUPT",
  "LAKE_LOG_INCOMPLETE",
]);

/**
 * Opens both tables, or makes them. While one is not to be written to, the process stays, unhealthy with the reason, and looks again: it goes
 * on as soon as somebody has put the table right, or out of the way.
 * @returns undefined if the signal aborts first.
 * @throws LakeError for what may pass by itself.
 */
export async function openTables(
  paths: TablePaths,
  faults: FaultPoints,
  { logger, health, signal }: Pick<AppContext<unknown>, "logger" | "health" | "signal">,
): Promise<OpenTables | undefined> {
  let told: string | undefined;
  let obstacle: string | undefined;
  health.check(() => obstacle);
  for (;;) {
    const found = await lookAt(paths, faults);
    if (!("error" in found)) {
      if (obstacle !== undefined) logger.info("the tables can be written to again");
      obstacle = undefined;
      return found;
    }
    if (found.error.message !== told) {
      told = found.error.message;
      obstacle = told + (await wayBack(found));
      logger.error(obstacle);
    }
    // Whoever asks is to hear of it at once, not when the time to start is over.
    health.healthy();
    if ((await delay(lookEveryMs, signal)) === "aborted") return undefined;
  }
}

interface Obstacle {
  readonly error: LakeError;
  /** Undefined if it is not even that. */
  readonly table: { readonly storage: TableStorage; readonly description: TableDescription } | undefined;
}

async function lookAt(paths: TablePaths, faults: FaultPoints): Promise<OpenTables | Obstacle> {
  let table: Obstacle["table"];
  const open = (storage: TableStorage, description: TableDescription) => {
    table = { storage, description };
    return DeltaTable.open(storage, description);
  };
  try {
    const storages = await openStorages(paths, faults);
    return {
      table: await open(storages.observations, observations),
      deadLetters: await open(storages.deadLetters, deadLetters),
    };
  } catch (error) {
    if (!(error instanceof LakeError) || error.canRetry || !lasting.has(error.code)) throw error;
    return { error, table };
  }
}

/** How delta-rs takes back what another program did to a table; empty if its log does not tell. */
async function wayBack({ error, table }: Obstacle): Promise<string> {
  const isChanged = error.code === "LAKE_SCHEMA_MISMATCH" || error.code === "LAKE_PROTOCOL_UNSUPPORTED";
  if (!isChanged || table === undefined) return "";
  const { storage, description } = table;
  const version = await changedForWriters(storage.log, description.schema).catch(() => undefined);
  if (version === undefined) return "";
  return ` (version ${version} changed it; in delta-rs restore(${version - 1}, protocol_downgrade_allowed=True) takes that back)`;
}

const engine = "kafka-iot-sim";

export const observations: TableDescription = { name: "observations", schema: observationSchema, engine };
export const deadLetters: TableDescription = { name: "dead letters", schema: deadLetterSchema, engine };

/** Where the two tables lie. */
export interface TablePaths {
  readonly observations: string;
  readonly deadLetters: string;
}

export interface TableStorages {
  readonly observations: TableStorage;
  readonly deadLetters: TableStorage;
}

/** Opens the directories of both tables, for one of the process's threads. @throws LakeError */
export async function openStorages(paths: TablePaths, faults: FaultPoints): Promise<TableStorages> {
  return {
    observations: await openLocalStorage(paths.observations, { faults }),
    deadLetters: await openLocalStorage(paths.deadLetters, { faults }),
  };
}
