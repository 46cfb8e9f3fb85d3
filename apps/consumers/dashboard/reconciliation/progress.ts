/** Where the messages of one life of devices begin in a partition. */
export interface Origin {
  readonly partition: PartitionProgress;
  /** Of the first message that was read. */
  offset: number;
  /** Whether a life begins with that observation, so that observations of other sensors before their first message are lost. */
  isBegin: boolean;
}

/** Containers can start again and again. Once the start of a life is forgotten, nothing before its first message counts as missing. */
const maxOrigins = 10_000;

/** How far one partition was read. */
export class PartitionProgress {
  /** By boot. */
  private readonly origins = new Map<number, Origin>();
  private earliest = 0;
  private liveFrom = 0;
  private pastNext = 0;
  private isPastRead = false;
  private upToMs = -Infinity;
  private mark: { readonly latest: number; readonly asOfMs: number } | undefined;
  /** Whether retention has removed some of the past before it was read. */
  isPastCut = false;

  constructor(readonly topic: TopicProgress) {}

  begin(earliest: number, liveFrom: number): void {
    this.earliest = this.pastNext = earliest;
    this.liveFrom = liveFrom;
    this.isPastRead = earliest >= liveFrom;
  }

  /** A reader has passed an offset. */
  passed(offset: number): void {
    if (offset < this.liveFrom) this.pastNext = Math.max(this.pastNext, offset + 1);
  }

  /** Whether an offset had a message before the live reader began. */
  isPast(offset: number): boolean {
    return offset < this.liveFrom;
  }

  /** The live reader is at `next`, and the leader had messages up to `latest` at `asOfMs`. */
  advance(next: number, latest: number, asOfMs: number): void {
    if (next >= latest) {
      this.upToMs = asOfMs;
      this.mark = undefined;
      return;
    }
    // While messages keep coming, the reader never reaches the end; but it reaches what was the end a moment ago.
    if (this.mark !== undefined && next >= this.mark.latest) {
      this.upToMs = this.mark.asOfMs;
      this.mark = undefined;
    }
    this.mark ??= { latest, asOfMs };
  }

  pastRead(): void {
    this.isPastRead = true;
  }

  /** Offsets begin anew, and the live reader reads them from the first on. */
  restart(): void {
    this.origins.clear();
    this.begin(0, 0);
    this.upToMs = -Infinity;
    this.mark = undefined;
  }

  /** Whether all of the past was read. */
  get isReady(): boolean {
    return this.isPastRead;
  }

  /** Everything that the partition had at this time was read. */
  get readUpToMs(): number {
    return this.upToMs;
  }

  /** How many offsets the past has, and how many of them were read. */
  get past(): { readonly offsets: number; readonly read: number } {
    const offsets = Math.max(0, this.liveFrom - this.earliest);
    return { offsets, read: this.isPastRead ? offsets : this.pastNext - this.earliest };
  }

  /**
   * Where a life begins here, after a message of it was read.
   * @param isBegin whether the message's sensor cannot have sent any observation before it
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

  /** Whether the messages of a life that are here begin with the life; undefined if none of its messages are here. */
  beginsWith(boot: number): boolean | undefined {
    return this.origins.get(boot)?.isBegin;
  }

  private forgetOldest(): void {
    for (const boot of this.origins.keys()) {
      this.origins.delete(boot);
      return;
    }
  }
}

/** How far one topic was read. */
export class TopicProgress {
  readonly partitions = new Map<number, PartitionProgress>();
  /** By the cluster's metadata: readers do not find a partition while it has no leader. */
  partitionCount = 1;
  /** When it was first read live. */
  beganMs = Infinity;
  /** Some messages of before this time were never seen: retention had removed them, or the topic was made anew. */
  private unseenBeforeMs = -Infinity;

  constructor(readonly name: string) {}

  partition(number: number): PartitionProgress {
    let partition = this.partitions.get(number);
    if (partition === undefined) {
      partition = new PartitionProgress(this);
      this.partitions.set(number, partition);
    }
    return partition;
  }

  /** Some messages of before `nowMs` may never have been seen. */
  unseenUpTo(nowMs: number): void {
    this.unseenBeforeMs = Math.max(this.unseenBeforeMs, nowMs);
  }

  /** Whether all messages were read that the topic had before the dashboard began. */
  get isReady(): boolean {
    for (const { isReady } of this.partitions.values()) if (!isReady) return false;
    return this.partitions.size >= this.partitionCount;
  }

  /** Everything that all partitions had at this time was read. */
  get readUpToMs(): number {
    let min = Infinity;
    for (const { readUpToMs } of this.partitions.values()) min = Math.min(min, readUpToMs);
    return this.partitions.size === 0 ? -Infinity : min;
  }

  /** Whether the readers can see every message of after a time. */
  keepsAllOf(sinceMs: number): boolean {
    return sinceMs > this.unseenBeforeMs;
  }

  /** Whether the first messages of a life were read, if it has sent any. */
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

  /** Whether observations of a sensor before its first message are missing. */
  sawBeginAt(boot: number, origin: Origin): boolean {
    return this.keepsAllOf(boot) && (origin.isBegin || boot > this.beganMs);
  }
}
