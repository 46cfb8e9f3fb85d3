import { type FaultPoints, noFaults } from "../../../shared/delta/fault-points";
import { isWritable } from "../../../shared/delta/log/protocol";
import { catchUp, readSnapshot, type Snapshot } from "../../../shared/delta/log/snapshot";
import { parseLastCheckpoint } from "../../../shared/delta/storage/log-names";
import type { TableStorage } from "../../../shared/delta/storage/storage";
import type { TableDescription } from "../../../shared/delta/table/table";
import type { Logger } from "../../../shared/logger";
import { delay } from "../../../shared/shutdown";
import { counted, messageOf } from "../../../shared/text";
import { cleanUpLog, Pace, removeExpired, removeOrphans, restAfter } from "./clean-up";
import { compact, type CompactionFaultPoint } from "./compaction";
import { firstBatch, type PartitionValues, planCompaction } from "./compaction-plan";
import { StatisticsRepair } from "./repair-statistics";

export interface MaintenanceSettings {
  /** Commits between checkpoints. */
  readonly checkpointEvery: number;
  /** How long nothing must have been written to a partition before its files are compacted. */
  readonly compactAfterMs: number;
  /** How long removed files, and log entries that a checkpoint replaces, are kept. */
  readonly retentionMs: number;
}

export interface MaintenanceOptions {
  readonly storage: TableStorage;
  readonly description: TableDescription;
  readonly settings: MaintenanceSettings;
  readonly logger: Logger;
  /** When a partition is expected to receive no more rows, in milliseconds since 1970. */
  readonly partitionEndsAt?: (values: PartitionValues) => number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly faults?: FaultPoints<CompactionFaultPoint>;
}

/** Pauses between two rounds, in milliseconds: after a round with work, and after one without. */
const shortRestMs = 250;
const idleRestMs = 2000;
/** The pause after a failure; it doubles with each consecutive failure, up to the maximum. */
const firstRetryMs = 1000;
const maxRetryMs = 300_000;
/** How often the whole directory is searched, and how long after the start for the first time; `retentionMs` if that is shorter. */
const sweepEveryMs = 3_600_000;
const firstSweepAfterMs = 60_000;

/**
 * Maintains a table while others write to it: writes checkpoints, compacts closed partitions, and deletes files that are no longer needed.
 * It is one more writer of the table: any number of them may run at once, each in its own process or thread, and none ever blocks
 * ingestion.
 */
export class Maintenance {
  private snapshot: Snapshot | undefined;
  /** The latest checkpoint that is known to exist. */
  private checkpointed = 0;
  private readonly unfit = new Set<string>();
  private readonly repair: StatisticsRepair;
  private nextSweepAt: number;
  private readonly now: () => number;
  private readonly faults: FaultPoints<CompactionFaultPoint>;

  constructor(private readonly options: MaintenanceOptions) {
    this.now = options.now ?? Date.now;
    this.faults = options.faults ?? noFaults;
    this.repair = new StatisticsRepair(options.description.schema);
    this.nextSweepAt = this.now() + Math.min(firstSweepAfterMs, options.settings.retentionMs);
  }

  /** Runs one round after another until `signal` aborts. A failure is logged once, and the round is repeated; it never throws. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    let logged: string | undefined;
    while (!signal.aborted) {
      const began = performance.now();
      let rest = idleRestMs;
      try {
        if (await this.tick(signal)) rest = shortRestMs;
        if (logged !== undefined) this.options.logger.info(`maintenance of ${this.location} works again`);
        failures = 0;
        logged = undefined;
      } catch (error) {
        const message = messageOf(error);
        if (message !== logged) {
          this.options.logger.warn(
            `maintenance of ${this.location} failed and will be repeated; rows are still written meanwhile: ${message}`,
          );
        }
        logged = message;
        this.snapshot = undefined;
        rest = Math.min(maxRetryMs, firstRetryMs * 2 ** failures++);
      }
      await delay(Math.max(rest, restAfter(performance.now() - began)), signal);
    }
  }

  /**
   * Runs one round: at most one checkpoint, one commit of repaired statistics and one of compacted files, and deletions.
   * @returns whether there was any work.
   * @throws DeltaError if the table cannot be read or written.
   */
  async tick(signal: AbortSignal): Promise<boolean> {
    const snapshot = await this.look();
    if (snapshot === undefined) return false;
    const steps = [
      () => this.checkpoint(snapshot),
      () => this.repairStatistics(snapshot),
      () => this.compact(snapshot, signal),
      () => this.removeExpired(snapshot),
      () => this.sweep(snapshot, signal),
    ];
    let worked = false;
    for (const step of steps) {
      if (signal.aborted) break;
      if (await step()) worked = true;
    }
    return worked;
  }

  private get location(): string {
    return this.options.storage.location;
  }

  /** The current table; undefined if it does not exist yet, or another program has changed it so that it cannot be written to. */
  private async look(): Promise<Snapshot | undefined> {
    const { storage, description } = this.options;
    if (this.snapshot === undefined || !(await catchUp(this.snapshot, storage.log))) {
      this.snapshot = await readSnapshot(storage.log);
      this.checkpointed = this.snapshot?.checkpoint ?? 0;
    }
    const { snapshot } = this;
    // Ingestion reports the reason.
    return snapshot === undefined || isWritable(description.schema, snapshot.definition)
      ? snapshot
      : undefined;
  }

  private async checkpoint(snapshot: Snapshot): Promise<boolean> {
    const { storage, settings, logger } = this.options;
    const { version } = snapshot;
    // Other readers do not fall back from a damaged checkpoint, so a newer one must replace it soon.
    const damaged = snapshot.unreadable.some((unreadable) => unreadable > this.checkpointed);
    if (!damaged) {
      if (version - this.checkpointed < settings.checkpointEvery) return false;
      this.checkpointed = Math.max(this.checkpointed, await this.checkpointOfOthers(version));
      if (version - this.checkpointed < settings.checkpointEvery) return false;
    }
    const { contents, actions } = snapshot.encode(this.now() - settings.retentionMs);
    await storage.log.writeCheckpoint({ version, contents, actions });
    this.checkpointed = version;
    logger.debug(`checkpoint of version ${version}: ${counted(actions, "action")}`);
    return true;
  }

  /** The checkpoint that `_last_checkpoint` names, if it exists and is not of a later version; otherwise 0. */
  private async checkpointOfOthers(version: number): Promise<number> {
    const { log } = this.options.storage;
    const named = parseLastCheckpoint((await log.readLastCheckpoint()) ?? "") ?? 0;
    if (named <= this.checkpointed || named > version) return 0;
    return (await log.list()).checkpoints.includes(named) ? named : 0;
  }

  private async repairStatistics(snapshot: Snapshot): Promise<boolean> {
    const { storage, description, logger } = this.options;
    const { engine } = description;
    const { repaired, isDone } = await this.repair.run(storage.log, snapshot, { engine, now: this.now() });
    if (repaired > 0) {
      const files = counted(repaired, "file");
      logger.info(`removed the incomplete bounds of ${files}: readers may have skipped rows`);
      await catchUp(snapshot, storage.log);
    }
    return repaired > 0 || !isDone;
  }

  private async compact(snapshot: Snapshot, signal: AbortSignal): Promise<boolean> {
    const { storage, description, settings, partitionEndsAt, logger } = this.options;
    const { partitionColumns } = description.schema;
    const rules = { partitionColumns, compactAfterMs: settings.compactAfterMs, partitionEndsAt };
    const tasks = firstBatch(planCompaction(snapshot.files.values(), this.unfit, rules, this.now()));
    if (tasks.length === 0) return false;
    const { faults, now } = this;
    const outcome = await compact({ storage, description, faults, now }, snapshot, tasks, signal);
    for (const path of outcome.large) this.unfit.add(path);
    if (outcome.unfit.length > 0) await catchUp(snapshot, storage.log);
    for (const { path, reason } of outcome.unfit) {
      // Others may have compacted and deleted it meanwhile.
      if (!snapshot.files.has(path)) continue;
      this.unfit.add(path);
      logger.warn(`${path} of ${this.location} is not compacted: ${reason}`);
    }
    if (outcome.kind === "committed") {
      logger.info(`compacted ${counted(outcome.removed, "file")} into ${outcome.added}`);
    }
    return true;
  }

  private async removeExpired(snapshot: Snapshot): Promise<boolean> {
    const { storage, settings, logger } = this.options;
    const removed = await removeExpired(storage, snapshot, this.now() - settings.retentionMs);
    if (removed > 0) logger.info(`deleted ${counted(removed, "file")} that had been removed from the table`);
    return removed > 0;
  }

  /** Rare work: searching for orphans, and cleaning up the log. */
  private async sweep(snapshot: Snapshot, signal: AbortSignal): Promise<boolean> {
    const { storage, settings, logger } = this.options;
    const now = this.now();
    if (now < this.nextSweepAt) return false;
    this.nextSweepAt = now + Math.min(sweepEveryMs, settings.retentionMs);
    // Files that were committed since this round started, including those of its own compaction, are no orphans.
    if (!(await catchUp(snapshot, storage.log))) return false;
    const orphans = await removeOrphans(storage, snapshot, settings.retentionMs, now, new Pace(signal));
    if (orphans > 0) logger.info(`deleted ${counted(orphans, "file")} of commits that never took place`);
    if (signal.aborted) return true;
    const entries = await cleanUpLog(storage.log, now - settings.retentionMs);
    if (entries > 0) logger.info(`cleaned up ${counted(entries, "old file")} of the log`);
    return orphans + entries > 0;
  }
}
