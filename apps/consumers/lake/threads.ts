import { parentPort, Worker, workerData } from "node:worker_threads";
import type { FaultPoints } from "./delta/fault-points";
import { openStorages, type TablePaths } from "./tables";
import { RowWriter } from "./writer/row-writer";
import { serveRowWriter } from "./writer/writer-thread";

/** What a thread is started for. */
interface ThreadTask {
  readonly role: "writer";
  readonly paths: TablePaths;
}

/** Starts the thread that makes data files of messages. @param program the file that this process runs */
export function startWriterThread(program: string, paths: TablePaths): Worker {
  return startThread(program, { role: "writer", paths });
}

function startThread(program: string, task: ThreadTask): Worker {
  return new Worker(program, { workerData: task });
}

/** What a thread does from its start on. */
export async function runThread(faults: FaultPoints): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("this is not a thread");
  const { paths } = workerData as ThreadTask;
  const storages = await openStorages(paths, faults);
  serveRowWriter(
    port,
    new RowWriter({
      observations: storages.observations.files,
      deadLetters: storages.deadLetters.files,
    }),
  );
}
