import type { TablePartition } from "../../../shared/lake-table/table-topics";
import { StallWatch } from "../../../shared/stall-watch";
import { showDuration } from "../../../shared/text";

/** The offset up to which a partition was read, or committed. */
type UpTo = Pick<TablePartition, "tableTopic" | "partition"> & { readonly next: number };

/** How long a commit may take: with the usual flush interval of 10 s, a failure is known within 30 s. */
const commitWithinMs = 15_000;

/** Up to this flush interval, a process that starts with old rows counts as started only after its first commit. */
const maxAwaitedMs = 10_000;

/** Detects rows that wait too long for their commit, and commits that hang. */
export class CommitMonitor {
  private readonly flush: StallWatch;
  /** When the oldest row arrived that no flush has taken yet. */
  private waitingSinceMs: number | undefined;
  /** When the oldest row arrived that the current flush has taken. */
  private flushedSinceMs: number | undefined;
  /** By partition: the offset up to which rows were dropped that the table still lacks. */
  private readonly dropped = new Map<string, number>();
  /** When the oldest of the dropped rows arrived first. */
  private droppedSinceMs: number | undefined;
  private hasCommitted = false;
  /** When the oldest row that was read before the first commit was sent. */
  private oldestMs = Infinity;

  /**
   * @param flushIntervalMs how long a row waits at most before its flush starts
   * @param now a monotonic clock, in milliseconds
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
   * Why it is not proved yet that rows are committed; undefined once they are, or if none has waited for long. A process that follows one
   * whose commits failed knows only that its rows are old.
   */
  get unproved(): string | undefined {
    const waitedMs = this.wallClock() - this.oldestMs;
    // With a long flush interval, nothing should wait for the first commit.
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

  /** The waiting rows were dropped and will be read again, by this lake or another. A hanging flush still hangs. @param read how far partitions were read */
  drop(read: Iterable<UpTo>): void {
    const sinceMs = this.flushedSinceMs ?? this.waitingSinceMs;
    if (sinceMs !== undefined) {
      this.droppedSinceMs ??= sinceMs;
      for (const { next, ...place } of read)
        this.dropped.set(keyOf(place), Math.max(next, this.dropped.get(keyOf(place)) ?? 0));
    }
    this.waitingSinceMs = this.flushedSinceMs = undefined;
  }

  /** Reading starts again from the table's offsets: rows that the table has, and partitions of other lakes, wait no longer. */
  positioned(points: Iterable<UpTo>): void {
    const next = new Map(Array.from(points, (point) => [keyOf(point), point.next]));
    for (const [key, to] of this.dropped) if ((next.get(key) ?? Infinity) >= to) this.dropped.delete(key);
    if (this.dropped.size === 0) this.droppedSinceMs = undefined;
  }

  /** The table holds everything up to these offsets. */
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
