import {
  type FollowOptions,
  type Follower,
  type FollowedPosition,
  type PartitionToFollow,
} from "../../../shared/kafka";
import { delay } from "../../../shared/shutdown";
import type { PartitionAccount } from "../conservation/account";
import type { Conservation } from "../conservation/conservation";
import type { UnreadableOffsets } from "../proof/proof-watch";
import type { Observer } from "./observer";

export interface ReadersOptions {
  readonly topics: readonly string[];
  readonly follow: (options: FollowOptions) => Follower;
  readonly observer: Observer;
  readonly conservation: Pick<Conservation, "partition">;
  /** Called for messages, both ends included, whose batch cannot be read, and why: once for each. */
  readonly onUnreadable: (
    topic: string,
    partition: number,
    first: number,
    last: number,
    problem: string,
  ) => void;
  readonly signal: AbortSignal;
}

/** Messages before the ends of the topics that fill the curves at the start, of all topics together. */
const maxToBeginWith = 300_000;
/** Reading a long past must leave room for everything else on a small machine. */
const pastBusyShare = 0.25;
const pastAgainMs = 2_000;
const maxUnreadable = 1_000;

/** A partition that is read. */
interface ReadPartition {
  readonly topic: string;
  readonly partition: number;
  readonly account: PartitionAccount;
  /** Where the live reader begins: all before it is the past. */
  readonly liveFrom: number;
  /** The end of the partition when it was first looked at. */
  readonly liveAt: number;
  isPastRead: boolean;
}

/**
 * Reads the topics twice: live, from a little before their ends on, and beside it, in the background, all that was there before.
 * Both together read each message once.
 */
export class Readers {
  private readonly partitions = new Map<string, ReadPartition>();
  private readonly live: Follower;
  private readonly unread: UnreadableOffsets[] = [];

  constructor(private readonly options: ReadersOptions) {
    const { topics, follow, observer, signal } = options;
    this.live = follow({
      topics,
      begin: (partition) => this.known(partition).liveFrom,
      onBatch: (batch) => {
        const { account, liveAt } = this.get(batch);
        observer.live(batch, account, liveAt);
        account.progress({ next: batch.next, latest: batch.highWatermark, asOfMs: Date.now() });
      },
      onSkipped: (topic, partition, from, to) =>
        this.get({ topic, partition }).account.skipped(from, to, Date.now()),
      onUnreadable: (...unreadable) => this.passUnreadable(...unreadable),
      onReset: (topic, partition) => {
        const read = this.get({ topic, partition });
        read.account.reset(Date.now());
        this.unread.splice(
          0,
          Infinity,
          ...this.unread.filter((one) => one.topic !== topic || one.partition !== partition),
        );
        // What was before is gone.
        read.isPastRead = true;
      },
      signal,
    });
  }

  /** Rejects when reading cannot go on; resolves when the signal aborts. */
  async run(): Promise<void> {
    await Promise.race([this.live.done, Promise.all([this.live.done, this.readPasts()])]);
  }

  /** What a partition holds by the last answer of its leader; undefined until there was one. */
  position(topic: string, partition: number): FollowedPosition | undefined {
    return this.live.position(topic, partition);
  }

  /** Offsets that are there, and that nobody can read. The first of them. */
  get unreadable(): readonly UnreadableOffsets[] {
    return this.unread;
  }

  /** To be called each second. */
  tick(): void {
    for (const { topic, partition, account } of this.partitions.values()) {
      const position = this.live.position(topic, partition);
      if (position !== undefined) account.progress(position);
    }
  }

  /** Partitions may be found by the live reader after the first look at the past. */
  private async readPasts(): Promise<void> {
    const { signal } = this.options;
    while (!signal.aborted) {
      if ((await delay(pastAgainMs, signal)) === "aborted") return;
      const unread = [...this.partitions.values()].filter(({ isPastRead }) => !isPastRead);
      if (unread.length > 0) await this.readPast(new Set(unread.map(({ topic }) => topic)));
    }
  }

  private async readPast(topics: ReadonlySet<string>): Promise<void> {
    const { follow, observer, signal } = this.options;
    const looked = new Set<ReadPartition>();
    const wanted = (partition: PartitionToFollow) => {
      const known = this.known(partition);
      looked.add(known);
      return known;
    };
    const past = follow({
      topics: [...topics],
      begin: (partition) => (wanted(partition).isPastRead ? partition.latest : partition.earliest),
      end: (partition) => (wanted(partition).isPastRead ? partition.latest : wanted(partition).liveFrom),
      onBatch: (batch) => {
        const { account, liveFrom, isPastRead } = this.get(batch);
        if (!isPastRead) observer.past(batch, account);
        if (batch.next >= liveFrom) this.pastIsRead(this.get(batch));
      },
      onSkipped: (topic, partition, from, to) => {
        const read = this.get({ topic, partition });
        if (!read.isPastRead) read.account.skipped(from, Math.min(to, read.liveFrom), Date.now());
      },
      onUnreadable: (topic, partition, from, to, problem) => {
        const read = this.get({ topic, partition });
        if (!read.isPastRead)
          this.passUnreadable(topic, partition, from, Math.min(to, read.liveFrom), problem);
        if (to >= read.liveFrom) this.pastIsRead(read);
      },
      busyShare: pastBusyShare,
      signal,
    });
    if ((await past.done) === "ended") for (const read of looked) this.pastIsRead(read);
  }

  private passUnreadable(topic: string, partition: number, from: number, to: number, problem: string): void {
    this.get({ topic, partition }).account.unreadable(from, to);
    this.noteUnreadable({ topic, partition, from, to, reason: problem });
    this.options.onUnreadable(topic, partition, from, to - 1, problem);
  }

  private pastIsRead(read: ReadPartition): void {
    if (read.isPastRead) return;
    read.isPastRead = true;
    read.account.pastDone();
  }

  /** Once there are many, one entry a partition stands for all further ones, and what lies between: none is forgotten, so none counts as proved. */
  private noteUnreadable(offsets: UnreadableOffsets): void {
    const { topic, partition, from, to } = offsets;
    const isSame = (one: UnreadableOffsets) => one.topic === topic && one.partition === partition;
    if (this.unread.some((one) => isSame(one) && one.from <= from && to <= one.to)) return;
    const last = this.unread.length < maxUnreadable ? -1 : this.unread.findLastIndex(isSame);
    const wide = this.unread[last];
    if (wide === undefined) this.unread.push(offsets);
    else this.unread[last] = { ...wide, from: Math.min(wide.from, from), to: Math.max(wide.to, to) };
  }

  private get({ topic, partition }: { readonly topic: string; readonly partition: number }): ReadPartition {
    const read = this.partitions.get(`${topic}/${partition}`);
    if (read === undefined) throw new Error(`topic "${topic}" partition ${partition} was never begun`);
    return read;
  }

  /** Whoever looks at a partition first says where its past ends. */
  private known({ topic, partition, earliest, latest, isNew }: PartitionToFollow): ReadPartition {
    const key = `${topic}/${partition}`;
    const found = this.partitions.get(key);
    if (found !== undefined) return found;
    const most = Math.ceil(maxToBeginWith / this.options.topics.length);
    const liveFrom = isNew ? earliest : Math.max(earliest, latest - most);
    const account = this.options.conservation.partition(topic, partition);
    const read: ReadPartition = {
      topic,
      partition,
      account,
      liveFrom,
      liveAt: isNew ? earliest : latest,
      isPastRead: false,
    };
    this.partitions.set(key, read);
    account.begin({ earliest, liveFrom, nowMs: Date.now() });
    if (liveFrom === earliest) this.pastIsRead(read);
    return read;
  }
}
