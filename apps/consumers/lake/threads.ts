import { parentPort, Worker, workerData } from "node:worker_threads";
import { createLogger } from "../../shared/logger";
import type { AppContext } from "../../shared/run-app";
import type { FaultPoints, StorageFaultPoint } from "../../shared/delta/fault-points";
import type { CompactionFaultPoint } from "./maintenance/compaction";
import { endOfMinute } from "./maintenance/compaction-plan";
import { Maintenance, type MaintenanceSettings } from "./maintenance/maintenance";
import { deadLetters, observations, openStorages, type TablePaths } from "./open-tables";
import type { OffsetReportFaultPoint } from "./read/ingestion";
import { RowWriter } from "./write/row-writer";
import { serveRowWriter } from "./write/writer-thread";

/** All fault points that the lake's threads reach. */
export type LakeFaultPoint = StorageFaultPoint | CompactionFaultPoint | OffsetReportFaultPoint;

/** How a thread writes its log. */
export type ThreadLog = AppContext<unknown>["log"];

/** What a thread is started for. */
export type ThreadTask =
  | { readonly role: "writer"; readonly paths: TablePaths }
  | {
      readonly role: "maintenance";
      readonly paths: TablePaths;
      readonly settings: MaintenanceSettings;
      readonly log: ThreadLog;
    };

/** Starts a thread of this process. @param program the file that the process runs */
export function startThread(program: string, task: ThreadTask): Worker {
  return new Worker(program, { workerData: task });
}

/** Runs in a thread from its start on: does what its {@link ThreadTask} says. */
export async function runThread(faults: FaultPoints<LakeFaultPoint>): Promise<void> {
  const task = workerData as ThreadTask;
  const storages = await openStorages(task.paths, faults);
  if (task.role === "writer") {
    if (parentPort === null) throw new Error("this is not a thread");
    serveRowWriter(
      parentPort,
      new RowWriter({
        observations: storages.observations.files,
        deadLetters: storages.deadLetters.files,
      }),
    );
    return;
  }
  const logger = createLogger({ app: "lake", ...task.log, write: (line) => process.stdout.write(line) });
  const common = { settings: task.settings, logger, faults };
  const never = new AbortController().signal;
  await Promise.all([
    new Maintenance({
      ...common,
      storage: storages.observations,
      description: observations,
      partitionEndsAt: endOfMinute,
    }).run(never),
    new Maintenance({ ...common, storage: storages.deadLetters, description: deadLetters }).run(never),
  ]);
}
