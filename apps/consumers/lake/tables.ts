import { deadLetterSchema, observationSchema } from "../../../contract/tables";
import { openLocalStorage } from "../../shared/delta/local-storage";
import type { FaultPoints } from "../../shared/delta/fault-points";
import type { TableStorage } from "../../shared/delta/storage";
import type { TableDescription } from "../../shared/delta/table";

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
