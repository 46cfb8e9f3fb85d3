import { parseObservation } from "../../../../contract/messages/observation";
import {
  type FollowedBatch,
  type FollowedPosition,
  type Follower,
  type FollowOptions,
  headerOf,
  type KafkaMessage,
  type PartitionToFollow,
} from "../../../shared/kafka";
import { labelsOf } from "../../../shared/labels";
import { delay } from "../../../shared/shutdown";
import type { MessageEvent, OffsetRange, PartitionEvent } from "../reconciliation/events";
import type { Catalog } from "./catalog";
import type { Latencies, Rates } from "./rates";

/** Offsets of messages that cannot be read, and why. */
export interface UnreadableOffsets extends OffsetRange {
  readonly reason: string;
}

/** What live messages are shown by, beside the reconciliation. */
export interface LiveSinks {
  readonly catalog: Catalog;
  /** By the device's index. */
  readonly deviceRates: Rates;
  readonly latencies: Latencies;
}

export interface ReadersOptions {
  readonly topics: readonly string[];
  readonly follow: (options: FollowOptions) => Follower;
  /** Takes all that the readers find, each message once. */
  readonly apply: (event: PartitionEvent) => void;
  readonly live: LiveSinks;
  /** Called once for all messages of a batch that cannot be read; `first` and `last` are their offsets. */
  readonly onUnreadable: (
    topic: string,
    partition: number,
    first: number,
    last: number,
    problem: string,
  ) => void;
  readonly signal: AbortSignal;
  readonly now?: () => number;
}

/** Messages before the ends of the topics that fill the curves at the start, of all topics together. */
const maxToBeginWith = 300_000;
/** The reader of a long past must leave room for everything else on a small machine. */
const pastBusyShare = 0.25;
const pastAgainMs = 2_000;
const maxUnreadable = 1_000;
/** A device held back an older observation before it sent it: this says nothing about how long messages take. */
const maxHeldBackMs = 5_000;
/** Latencies that are taken of one batch: a burst of many thousands would displace all those before it. */
const maxSamples = 64;

/** A partition that is read. */
interface ReadPartition {
  readonly topic: string;
  readonly partition: number;
  /** Where the live reader begins: messages before it are the past. */
  readonly liveFrom: number;
  /** The end of the partition when it was found. */
  readonly liveAt: number;
  isPastRead: boolean;
}

/**
 * Reads the topics twice: live, from a little before their ends on, and in the background the past, which are all messages before. Both
 * together read each message once.
 */
export class Readers {
  /** Messages that were read, of the past and live. */
  messagesRead = 0;
  private readonly partitions = new Map<string, ReadPartition>();
  private readonly live: Follower;
  private readonly unread: UnreadableOffsets[] = [];
  private readonly now: () => number;

  constructor(private readonly options: ReadersOptions) {
    const { topics, follow, apply, signal, now = Date.now } = options;
    this.now = now;
    this.live = follow({
      topics,
      begin: (partition) => this.known(partition).liveFrom,
      onBatch: (batch) => {
        const { topic, partition, next, highWatermark: latest } = batch;
        this.takeLive(batch, this.get(batch).liveAt);
        apply({ type: "progress", topic, partition, next, latest, asOfMs: now() });
      },
      onSkipped: (topic, partition, from, to) =>
        apply({ type: "removed", topic, partition, from, to, nowMs: now() }),
      onUnreadable: (...unreadable) => this.passUnreadable(...unreadable),
      onReset: (topic, partition) => this.reset(this.get({ topic, partition })),
      signal,
    });
  }

  /** Rejects when reading cannot go on; resolves when the signal aborts. */
  async run(): Promise<void> {
    await Promise.race([this.live.done, Promise.all([this.live.done, this.readPasts()])]);
  }

  /** What a partition holds by the last answer of its leader; undefined until the first one. */
  position(topic: string, partition: number): FollowedPosition | undefined {
    return this.live.position(topic, partition);
  }

  /** Offsets of messages that cannot be read. */
  get unreadable(): readonly UnreadableOffsets[] {
    return this.unread;
  }

  /** To be called each second. */
  tick(): void {
    for (const { topic, partition } of this.partitions.values()) {
      const position = this.live.position(topic, partition);
      if (position === undefined) continue;
      const { next, latest, asOfMs } = position;
      this.options.apply({ type: "progress", topic, partition, next, latest, asOfMs });
    }
  }

  /** @param liveAt the first offset that was written since reading began: messages before it fill the curves, but were not sent now */
  private takeLive({ topic, partition, messages }: FollowedBatch, liveAt: number): void {
    const { apply, live } = this.options;
    const nowMs = this.now();
    this.messagesRead += messages.length;
    const sampleEvery = Math.ceil(messages.length / maxSamples);
    for (const [place, message] of messages.entries()) {
      const event = messageEvent(topic, partition, message);
      apply(event);
      const { observation, offset, timestampMs } = event;
      if (observation === undefined) continue;
      const observedMs = Date.parse(observation.timestamp);
      const device = live.catalog.observe(topic, observation, observedMs);
      if (offset < liveAt) continue;
      if (device !== undefined) live.deviceRates.add(device.index);
      if (place % sampleEvery === 0 && Math.abs(timestampMs - observedMs) < maxHeldBackMs)
        live.latencies.add(nowMs, Math.max(0, nowMs - observedMs));
    }
  }

  private takePast({ topic, partition, messages }: FollowedBatch): void {
    this.messagesRead += messages.length;
    for (const message of messages) this.options.apply(messageEvent(topic, partition, message));
  }

  /** The live reader may find partitions after the past was first read. */
  private async readPasts(): Promise<void> {
    const { signal } = this.options;
    while (!signal.aborted) {
      if ((await delay(pastAgainMs, signal)) === "aborted") return;
      const unread = [...this.partitions.values()].filter(({ isPastRead }) => !isPastRead);
      if (unread.length > 0) await this.readPast(new Set(unread.map(({ topic }) => topic)));
    }
  }

  private async readPast(topics: ReadonlySet<string>): Promise<void> {
    const { follow, apply, signal } = this.options;
    const found = new Set<ReadPartition>();
    const wanted = (partition: PartitionToFollow) => {
      const known = this.known(partition);
      found.add(known);
      return known;
    };
    const past = follow({
      topics: [...topics],
      begin: (partition) => (wanted(partition).isPastRead ? partition.latest : partition.earliest),
      end: (partition) => (wanted(partition).isPastRead ? partition.latest : wanted(partition).liveFrom),
      onBatch: (batch) => {
        const { liveFrom, isPastRead } = this.get(batch);
        if (!isPastRead) this.takePast(batch);
        if (batch.next >= liveFrom) this.pastIsRead(this.get(batch));
      },
      onSkipped: (topic, partition, from, to) => {
        const { liveFrom, isPastRead } = this.get({ topic, partition });
        if (isPastRead) return;
        apply({
          type: "removed",
          topic,
          partition,
          from,
          to: Math.min(to, liveFrom),
          nowMs: this.now(),
        });
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
    if ((await past.done) === "ended") for (const read of found) this.pastIsRead(read);
  }

  private passUnreadable(topic: string, partition: number, from: number, to: number, problem: string): void {
    this.options.apply({ type: "unreadable", topic, partition, from, to });
    this.noteUnreadable({ topic, partition, from, to, reason: problem });
    this.options.onUnreadable(topic, partition, from, to - 1, problem);
  }

  private reset(read: ReadPartition): void {
    const { topic, partition } = read;
    this.options.apply({ type: "partition reset", topic, partition, nowMs: this.now() });
    const others = this.unread.filter((one) => one.topic !== topic || one.partition !== partition);
    this.unread.splice(0, Infinity, ...others);
    // Its past does not exist any more.
    read.isPastRead = true;
  }

  private pastIsRead(read: ReadPartition): void {
    if (read.isPastRead) return;
    read.isPastRead = true;
    this.options.apply({ type: "past read", topic: read.topic, partition: read.partition });
  }

  /**
   * Once there are many, one entry of each partition covers all further ones, and what lies between: no offset is forgotten, so that none
   * counts as proved.
   */
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

  /** The reader that finds a partition first decides where its past ends. */
  private known({ topic, partition, earliest, latest, isNew }: PartitionToFollow): ReadPartition {
    const key = `${topic}/${partition}`;
    const found = this.partitions.get(key);
    if (found !== undefined) return found;
    const max = Math.ceil(maxToBeginWith / this.options.topics.length);
    const liveFrom = isNew ? earliest : Math.max(earliest, latest - max);
    const liveAt = isNew ? earliest : latest;
    const read: ReadPartition = { topic, partition, liveFrom, liveAt, isPastRead: false };
    this.partitions.set(key, read);
    this.options.apply({
      type: "partition opened",
      topic,
      partition,
      earliest,
      liveFrom,
      nowMs: this.now(),
    });
    if (liveFrom === earliest) this.pastIsRead(read);
    return read;
  }
}

function messageEvent(topic: string, partition: number, message: KafkaMessage): MessageEvent {
  const timestampMs = Number(message.timestamp);
  const parsed = parseObservation(message.value, timestampMs);
  return {
    type: "message",
    topic,
    partition,
    offset: Number(message.offset),
    timestampMs,
    key: message.key,
    observation: parsed.kind === "observation" ? parsed.observation : undefined,
    labels: labelsOf((name) => headerOf(message, name)),
  };
}
