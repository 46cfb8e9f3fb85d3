import { showDuration } from "../../shared/text";
import { stalledAfterMs, StallWatch } from "../../shared/stall-watch";

/** Notices rows that wait too long for their commit, and commits that hang. */
export class CommitWatch {
  private readonly flush: StallWatch;
  /** When the oldest row came that no flush has taken yet. */
  private waitingSinceMs: number | undefined;
  /** When the oldest row came that the flush under way has taken. */
  private flushedSinceMs: number | undefined;

  /**
   * @param flushIntervalMs how long a row may wait anyway
   * @param now a clock that nobody sets, in milliseconds
   */
  constructor(
    private readonly flushIntervalMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.flush = new StallWatch(now);
  }

  /** What is wrong, in one line; undefined while all is well. */
  get complaint(): string | undefined {
    return this.flush.complaint("a commit has been under way") ?? this.waitComplaint;
  }

  /** Something waits for its commit. */
  read(): void {
    this.waitingSinceMs ??= this.now();
  }

  /** A flush has taken all that waited. */
  flushBegan(): void {
    this.flushedSinceMs = this.waitingSinceMs;
    this.waitingSinceMs = undefined;
    this.flush.begin();
  }

  flushEnded(): void {
    this.flushedSinceMs = undefined;
    this.flush.end();
  }

  /** What waited will be read again, and waits no more; a flush that hangs still does. */
  dropped(): void {
    this.waitingSinceMs = this.flushedSinceMs = undefined;
  }

  private get waitComplaint(): string | undefined {
    const sinceMs = this.flushedSinceMs ?? this.waitingSinceMs;
    const waitedMs = sinceMs === undefined ? 0 : this.now() - sinceMs;
    if (waitedMs < this.flushIntervalMs + stalledAfterMs) return undefined;
    return `rows have waited for their commit for ${showDuration(waitedMs)}`;
  }
}
