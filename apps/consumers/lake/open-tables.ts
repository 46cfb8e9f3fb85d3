import { deadLetterSchema, observationSchema } from "../../../contract/tables";
import { DeltaError } from "../../shared/delta/errors";
import type { FaultPoints } from "../../shared/delta/fault-points";
import { changedForWriters } from "../../shared/delta/log/last-writable";
import { openLocalStorage } from "../../shared/delta/storage/local-storage";
import type { TableStorage } from "../../shared/delta/storage/storage";
import { DeltaTable, type TableDescription } from "../../shared/delta/table/table";
import { retryUntil } from "../../shared/retry";
import type { AppContext } from "../../shared/run-app";

const engine = "kafka-iot-sim";

export const observations: TableDescription = { name: "observations", schema: observationSchema, engine };
export const deadLetters: TableDescription = { name: "dead letters", schema: deadLetterSchema, engine };

/** The directories of the two tables. */
export interface TablePaths {
  readonly observations: string;
  readonly deadLetters: string;
}

export interface TableStorages {
  readonly observations: TableStorage;
  readonly deadLetters: TableStorage;
}

/** Opens the directories of both tables, for one of the process's threads. @throws DeltaError */
export async function openStorages(paths: TablePaths, faults: FaultPoints): Promise<TableStorages> {
  return {
    observations: await openLocalStorage(paths.observations, { faults }),
    deadLetters: await openLocalStorage(paths.deadLetters, { faults }),
  };
}

export interface OpenTables {
  readonly table: DeltaTable;
  readonly deadLetters: DeltaTable;
}

const retryMs = 1_000;

/**
 * Opens both tables, and creates those that do not exist. While a table cannot be written to, the process stays, unhealthy with the
 * reason, and tries again: it continues as soon as somebody has repaired the table or moved it away.
 * @returns undefined if the signal aborts first.
 * @throws DeltaError that is retriable: starting the process again may help without a repair.
 */
export async function openTables(
  paths: TablePaths,
  faults: FaultPoints,
  { logger, health, signal }: Pick<AppContext<unknown>, "logger" | "health" | "signal">,
): Promise<OpenTables | undefined> {
  const obstacle: { message?: string; complaint?: string | undefined } = {};
  health.check(() => obstacle.complaint);
  const attempt = async () => {
    const found = await tryToOpen(paths, faults);
    if (!("error" in found)) return found;
    if (found.error.message !== obstacle.message) {
      obstacle.message = found.error.message;
      obstacle.complaint = obstacle.message + (await restoreHint(found));
      logger.error(obstacle.complaint);
    }
    // The reason is to be visible at once, not when the time to start is over.
    health.healthy();
    return undefined;
  };
  const opened = await retryUntil(signal, attempt, { delayMs: retryMs });
  if (opened !== undefined && obstacle.message !== undefined) {
    logger.info("the tables can be written to again");
    obstacle.complaint = undefined;
  }
  return opened;
}

interface Obstacle {
  readonly error: DeltaError;
  /** The table that cannot be written to; undefined if its directory could not be opened. */
  readonly table: { readonly storage: TableStorage; readonly description: TableDescription } | undefined;
}

async function tryToOpen(paths: TablePaths, faults: FaultPoints): Promise<OpenTables | Obstacle> {
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
    if (!(error instanceof DeltaError) || error.retriable) throw error;
    return { error, table };
  }
}

/** How delta-rs takes back what another program did to a table; empty if the table's log does not show it. */
async function restoreHint({ error, table }: Obstacle): Promise<string> {
  const isChanged = error.code === "SCHEMA_MISMATCH" || error.code === "PROTOCOL_UNSUPPORTED";
  if (!isChanged || table === undefined) return "";
  const { storage, description } = table;
  const version = await changedForWriters(storage.log, description.schema).catch(() => undefined);
  if (version === undefined) return "";
  return ` (version ${version} changed it; in delta-rs restore(${version - 1}, protocol_downgrade_allowed=True) takes that back)`;
}
