import type { Worker } from "node:worker_threads";
import type { Logger } from "../../../shared/logger";
import { messageOf } from "../../../shared/text";

const startAgainMs = 60_000;

/**
 * Keeps the thread that maintains the tables running. Rows are written without it as well, so that its end does not end the process:
 * it is started again after a while.
 */
export class MaintenanceThread {
  private worker: Worker | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(
    private readonly startWorker: () => Worker,
    private readonly logger: Logger,
  ) {
    this.start();
  }

  /** Ends the thread, whatever it is doing: like any crash, this does no harm to the tables. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.worker?.terminate();
  }

  private start(): void {
    let reason = "it ended";
    this.worker = this.startWorker();
    this.worker.on("error", (error) => (reason = messageOf(error)));
    this.worker.on("exit", () => {
      if (this.stopping) return;
      this.logger.warn(
        `the thread that maintains the tables has failed (${reason}): starting it again in a minute; rows are still written meanwhile`,
      );
      this.timer = setTimeout(() => this.start(), startAgainMs);
    });
  }
}
