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
import { StatisticsMender } from "./repair-statistics";

export interface MaintenanceSettings {
  /** Commits between checkpoints. */
  readonly checkpointEvery: number;
  /** How long nothing must have been written to a partition before its files become one. */
  readonly compactAfterMs: number;
  /** How long files that are no longer in the table, and log entries that a checkpoint stands for, are kept. */
  readonly retentionMs: number;
}

export interface MaintenanceOptions {
  readonly storage: TableStorage;
  readonly description: TableDescription;
  readonly settings: MaintenanceSettings;
  readonly logger: Logger;
  /** When a partition can be expected to get no more rows, in milliseconds since 1970. */
  readonly partitionEndsAt?: (values: PartitionValues) => number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly faults?: FaultPoints<CompactionFaultPoint>;
}

/** Rests between two rounds, in milliseconds: when there was something to do, and when not. */
const shortRestMs = 250;
const idleRestMs = 2000;
/** The first rest after a failure; it doubles with each in a row, up to the longest. */
const firstRetryMs = 1000;
const longestRetryMs = 300_000;
/** How often the whole directory is looked through, and how long after the start for the first time; or `retentionMs`. */
const sweepEveryMs = 3_600_000;
const firstSweepAfterMs = 60_000;

/**
 * Keeps a table healthy beside those who write to it: checkpoints, one file for each closed partition, and nothing on the
 * disk for longer than it is needed. It is one more writer of the table: any number may do this at once, each in its own
 * process or thread, and none is ever in the way of ingestion.
 */
export class Maintenance {
  private snapshot: Snapshot | undefined;
  /** The newest checkpoint that is known to be there. */
  private checkpointed = 0;
  private readonly unfit = new Set<string>();
  private readonly mender: StatisticsMender;
  private nextSweepAt: number;
  private readonly now: () => number;
  private readonly faults: FaultPoints<CompactionFaultPoint>;

  constructor(private readonly options: MaintenanceOptions) {
    this.now = options.now ?? Date.now;
    this.faults = options.faults ?? noFaults;
    this.mender = new StatisticsMender(options.description.schema);
    this.nextSweepAt = this.now() + Math.min(firstSweepAfterMs, options.settings.retentionMs);
  }

  /** Does one round after another until `signal` aborts. Failures are told once and tried again; it never throws. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    let told: string | undefined;
    while (!signal.aborted) {
      const began = performance.now();
      let rest = idleRestMs;
      try {
        if (await this.tick(signal)) rest = shortRestMs;
        if (told !== undefined) this.options.logger.info(`looking after ${this.location} works again`);
        failures = 0;
        told = undefined;
      } catch (error) {
        const message = messageOf(error);
        if (message !== told) {
          this.options.logger.warn(
            `looking after ${this.location} failed, and is tried again later; rows are written meanwhile as before: ${message}`,
          );
        }
        told = message;
        this.snapshot = undefined;
        rest = Math.min(longestRetryMs, firstRetryMs * 2 ** failures++);
      }
      await delay(Math.max(rest, restAfter(performance.now() - began)), signal);
    }
  }

  /**
   * One round: at most one checkpoint, one commit of mended statistics, one of compacted files, and what is to be deleted.
   * @returns whether there was anything to do.
   * @throws DeltaError if the table cannot be read or written.
   */
  async tick(signal: AbortSignal): Promise<boolean> {
    const snapshot = await this.look();
    if (snapshot === undefined) return false;
    const steps = [
      () => this.checkpoint(snapshot),
      () => this.mend(snapshot),
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

  /** The table as it is now; undefined if there is none yet, or another program has made it one that is not to be written to. */
  private async look(): Promise<Snapshot | undefined> {
    const { storage, description } = this.options;
    if (this.snapshot === undefined || !(await catchUp(this.snapshot, storage.log))) {
      this.snapshot = await readSnapshot(storage.log);
      this.checkpointed = this.snapshot?.checkpoint ?? 0;
    }
    const { snapshot } = this;
    // Whoever writes the rows says what is the matter.
    return snapshot === undefined || isWritable(description.schema, snapshot.definition)
      ? snapshot
      : undefined;
  }

  private async checkpoint(snapshot: Snapshot): Promise<boolean> {
    const { storage, settings, logger } = this.options;
    const { version } = snapshot;
    // Other readers do not fall back from a damaged checkpoint: a newer one is to take its place soon.
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

  /** The last checkpoint by its name, if it is there and not of a version yet to come; else 0. */
  private async checkpointOfOthers(version: number): Promise<number> {
    const { log } = this.options.storage;
    const named = parseLastCheckpoint((await log.readLastCheckpoint()) ?? "") ?? 0;
    if (named <= this.checkpointed || named > version) return 0;
    return (await log.list()).checkpoints.includes(named) ? named : 0;
  }

  private async mend(snapshot: Snapshot): Promise<boolean> {
    const { storage, description, logger } = this.options;
    const { engine } = description;
    const { mended, isDone } = await this.mender.mend(storage.log, snapshot, { engine, now: this.now() });
    if (mended > 0) {
      const files = counted(mended, "file");
      logger.info(`took back the bounds of ${files} that lacked some: readers may have left out rows`);
      await catchUp(snapshot, storage.log);
    }
    return mended > 0 || !isDone;
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
      // Others may have compacted it meanwhile, and deleted it.
      if (!snapshot.files.has(path)) continue;
      this.unfit.add(path);
      logger.warn(`${path} of ${this.location} is left as it is: ${reason}`);
    }
    if (outcome.kind === "committed") {
      logger.info(`compacted ${counted(outcome.removed, "file")} into ${outcome.added}`);
    }
    return true;
  }

  private async removeExpired(snapshot: Snapshot): Promise<boolean> {
    const { storage, settings, logger } = this.options;
    const removed = await removeExpired(storage, snapshot, this.now() - settings.retentionMs);
    if (removed > 0) logger.info(`deleted ${counted(removed, "file")} that left the table long enough ago`);
    return removed > 0;
  }

  /** What is seldom due: looking for orphans, and cleaning up the log. */
  private async sweep(snapshot: Snapshot, signal: AbortSignal): Promise<boolean> {
    const { storage, settings, logger } = this.options;
    const now = this.now();
    if (now < this.nextSweepAt) return false;
    this.nextSweepAt = now + Math.min(sweepEveryMs, settings.retentionMs);
    // What was committed since this round began, by its own compaction too, is no orphan.
    if (!(await catchUp(snapshot, storage.log))) return false;
    const orphans = await removeOrphans(storage, snapshot, settings.retentionMs, now, new Pace(signal));
    if (orphans > 0) logger.info(`deleted ${counted(orphans, "file")} of commits that never took place`);
    if (signal.aborted) return true;
    const entries = await cleanUpLog(storage.log, now - settings.retentionMs);
    if (entries > 0) logger.info(`cleaned up ${counted(entries, "old file")} of the log`);
    return orphans + entries > 0;
  }
}
