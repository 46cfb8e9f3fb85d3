import type { TablePartition } from "../../../shared/lake-table/table-topics";
import { StallWatch } from "../../../shared/stall-watch";
import { showDuration } from "../../../shared/text";

/** Up to an offset something is read, or committed. */
type UpTo = Pick<TablePartition, "tableTopic" | "partition"> & { readonly next: number };

/** How long a commit may take, so that it is known within 30 s that none succeeds, the flush interval's usual 10 s included. */
const commitWithinMs = 15_000;

/** Up to such a flush interval, a life that begins with old rows has not begun before its first commit. */
const maxAwaitedMs = 10_000;

/** Notices rows that wait too long for their commit, and commits that hang. */
export class CommitMonitor {
  private readonly flush: StallWatch;
  /** When the oldest row came that no flush has taken yet. */
  private waitingSinceMs: number | undefined;
  /** When the oldest row came that the flush under way has taken. */
  private flushedSinceMs: number | undefined;
  /** By partition, up to where rows were dropped that the table still lacks. */
  private readonly dropped = new Map<string, number>();
  /** When the oldest of them came first. */
  private droppedSinceMs: number | undefined;
  private hasCommitted = false;
  /** When the oldest row was sent that was read before the first commit. */
  private oldestMs = Infinity;

  /**
   * @param flushIntervalMs how long a row may wait anyway
   * @param now a clock that nobody sets, in milliseconds
   * @param wallClock the time of day, in milliseconds since 1970
   */
  constructor(
    private readonly flushIntervalMs: number,
    private readonly now: () => number = () => performance.now(),
    private readonly wallClock: () => number = Date.now,
  ) {
    this.flush = new StallWatch(now);
  }

  /** What is wrong, in one line; undefined while all is well. */
  get complaint(): string | undefined {
    return this.flush.complaint("a commit has been under way", commitWithinMs) ?? this.waitComplaint;
  }

  /** Something waits for its commit. @param sentMs when it was sent, in milliseconds since 1970 */
  read(sentMs = Infinity): void {
    this.waitingSinceMs ??= this.now();
    if (!this.hasCommitted && sentMs < this.oldestMs) this.oldestMs = sentMs;
  }

  /**
   * Why it cannot be said yet that rows are committed; undefined once they are, or if none has waited for long. A life that follows one
   * whose commits failed knows nothing of them, but that its rows are old.
   */
  get unproved(): string | undefined {
    const waitedMs = this.wallClock() - this.oldestMs;
    // Where the first commit is not to be soon, nobody is to wait for it.
    if (this.hasCommitted || this.flushIntervalMs > maxAwaitedMs) return undefined;
    if (waitedMs < this.flushIntervalMs + commitWithinMs) return undefined;
    return `it has not committed anything yet, and its oldest row is ${showDuration(waitedMs)} old`;
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

  /** What waited will be read again, by this lake or by another. A flush that hangs still does. @param read how far partitions were read */
  drop(read: Iterable<UpTo>): void {
    const sinceMs = this.flushedSinceMs ?? this.waitingSinceMs;
    if (sinceMs !== undefined) {
      this.droppedSinceMs ??= sinceMs;
      for (const { next, ...place } of read)
        this.dropped.set(keyOf(place), Math.max(next, this.dropped.get(keyOf(place)) ?? 0));
    }
    this.waitingSinceMs = this.flushedSinceMs = undefined;
  }

  /** Reading begins anew from what the table has: what it does not lack, and partitions of others, wait no more. */
  positioned(points: Iterable<UpTo>): void {
    const next = new Map(Array.from(points, (point) => [keyOf(point), point.next]));
    for (const [key, to] of this.dropped) if ((next.get(key) ?? Infinity) >= to) this.dropped.delete(key);
    if (this.dropped.size === 0) this.droppedSinceMs = undefined;
  }

  /** The table has everything up to these offsets. */
  committed(upTo: Iterable<UpTo>): void {
    this.hasCommitted = true;
    for (const { next, ...place } of upTo)
      if (next >= (this.dropped.get(keyOf(place)) ?? Infinity)) this.dropped.delete(keyOf(place));
    if (this.dropped.size === 0) this.droppedSinceMs = undefined;
  }

  private get waitComplaint(): string | undefined {
    const sinceMs = this.droppedSinceMs ?? this.flushedSinceMs ?? this.waitingSinceMs;
    const waitedMs = sinceMs === undefined ? 0 : this.now() - sinceMs;
    if (waitedMs < this.flushIntervalMs + commitWithinMs) return undefined;
    return `rows have waited for their commit for ${showDuration(waitedMs)}`;
  }
}

function keyOf({ tableTopic, partition }: Pick<UpTo, "tableTopic" | "partition">): string {
  return `${tableTopic}/${partition}`;
}
