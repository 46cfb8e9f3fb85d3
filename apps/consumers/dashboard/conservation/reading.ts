import type { ReadingProgress } from "./account";

/** Where the messages of one life of devices begin in a partition. */
export interface Origin {
  readonly partition: PartitionReading;
  /** Of its first message that was read. */
  offset: number;
  /** Whether that was an observation that a life begins with, so that whatever other sensors lack before theirs is lost. */
  isBegin: boolean;
}

/** Containers can start again and again. Of a life whose begin is forgotten nothing is claimed before its first message. */
const maxOrigins = 10_000;

/** How far one partition was read. */
export class PartitionReading {
  /** By boot. */
  private readonly origins = new Map<number, Origin>();
  private earliest = 0;
  private liveFrom = 0;
  private pastNext = 0;
  private isPastDone = false;
  private upToMs = -Infinity;
  private mark: { readonly latest: number; readonly asOfMs: number } | undefined;
  /** Whether retention has removed some of the past before it was read. */
  isPastCut = false;

  constructor(readonly topic: TopicReading) {}

  begin(earliest: number, liveFrom: number): void {
    this.earliest = this.pastNext = earliest;
    this.liveFrom = liveFrom;
    this.isPastDone = earliest >= liveFrom;
  }

  /** A message was read. */
  note(offset: number): void {
    if (offset < this.liveFrom) this.pastNext = Math.max(this.pastNext, offset + 1);
  }

  /** Whether an offset was there before the live reader began. */
  isPast(offset: number): boolean {
    return offset < this.liveFrom;
  }

  progress({ next, latest, asOfMs }: ReadingProgress): void {
    if (next >= latest) {
      this.upToMs = asOfMs;
      this.mark = undefined;
      return;
    }
    // Where messages come all the time the end is never reached; but what was the end a moment ago is.
    if (this.mark !== undefined && next >= this.mark.latest) {
      this.upToMs = this.mark.asOfMs;
      this.mark = undefined;
    }
    this.mark ??= { latest, asOfMs };
  }

  pastDone(): void {
    this.isPastDone = true;
  }

  /** Offsets begin anew, and are read by the live reader from the first on. */
  restart(): void {
    this.origins.clear();
    this.begin(0, 0);
    this.upToMs = -Infinity;
    this.mark = undefined;
  }

  get isReady(): boolean {
    return this.isPastDone;
  }

  /** Everything that the partition had at this time was read. */
  get readUpToMs(): number {
    return this.upToMs;
  }

  /** How many offsets the past has, and how many of them are read. */
  get past(): { readonly offsets: number; readonly read: number } {
    const offsets = Math.max(0, this.liveFrom - this.earliest);
    return { offsets, read: this.isPastDone ? offsets : this.pastNext - this.earliest };
  }

  /**
   * Where a life begins here, now that a message of it was read.
   * @param isBegin whether no observation of the message's sensor can have come before it
   */
  originOf(boot: number, offset: number, isBegin: boolean): Origin {
    let origin = this.origins.get(boot);
    if (origin === undefined) {
      origin = { partition: this, offset, isBegin };
      if (this.origins.size === maxOrigins) this.forgetOldest();
      this.origins.set(boot, origin);
    } else if (offset < origin.offset) {
      origin.offset = offset;
      origin.isBegin = isBegin;
    }
    return origin;
  }

  private forgetOldest(): void {
    for (const boot of this.origins.keys()) {
      this.origins.delete(boot);
      return;
    }
  }

  /** Whether the messages of a life that are here are known to begin with the life; undefined if there are none. */
  beginsWith(boot: number): boolean | undefined {
    return this.origins.get(boot)?.isBegin;
  }
}

/** How far one topic was read. */
export class TopicReading {
  readonly partitions = new Map<number, PartitionReading>();
  /** How many partitions it has, by the cluster's metadata: some may not be found by any reader while they have no leader. */
  partitionCount = 1;
  /** When it was first read live. */
  beganMs = Infinity;
  /** Some messages of before this time have gone unseen: retention had removed them, or the topic was made anew. */
  private unseenBeforeMs = -Infinity;

  constructor(readonly name: string) {}

  partition(number: number): PartitionReading {
    let partition = this.partitions.get(number);
    if (partition === undefined) {
      partition = new PartitionReading(this);
      this.partitions.set(number, partition);
    }
    return partition;
  }

  /** Whatever it had up to now may not have been seen. */
  unseen(nowMs: number): void {
    this.unseenBeforeMs = Math.max(this.unseenBeforeMs, nowMs);
  }

  /** Whether everything is read that was there before the dashboard began. */
  get isReady(): boolean {
    for (const { isReady } of this.partitions.values()) if (!isReady) return false;
    return this.partitions.size >= this.partitionCount;
  }

  /** Everything that all of its partitions had at this time was read. */
  get readUpToMs(): number {
    let least = Infinity;
    for (const { readUpToMs } of this.partitions.values()) least = Math.min(least, readUpToMs);
    return this.partitions.size === 0 ? -Infinity : least;
  }

  /** Whether all messages of after a time that there were can be read. */
  keepsAllOf(sinceMs: number): boolean {
    return sinceMs > this.unseenBeforeMs;
  }

  /** Whether the first messages of a life are among those that were read, if it has sent any. */
  sawBeginOf(boot: number): boolean {
    if (!this.keepsAllOf(boot)) return false;
    let found: boolean | undefined;
    for (const partition of this.partitions.values()) {
      const begins = partition.beginsWith(boot);
      if (begins === false) return false;
      found ??= begins;
    }
    return found ?? boot > this.beganMs;
  }

  /** Whether what a sensor lacks before its first message is missing. */
  sawBeginAt(boot: number, origin: Origin): boolean {
    return this.keepsAllOf(boot) && (origin.isBegin || boot > this.beganMs);
  }
}
