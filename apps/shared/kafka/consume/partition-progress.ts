import { stalledAfterMs } from "../../stall-watch";
import { counted, showDuration } from "../../text";
import type { FetchAnswer } from "../transport/fetch-answers";

/** Partitions by topic. */
export type Assignment = Readonly<Record<string, readonly number[]>>;

/**
 * A group that has not rebalanced for this long is settled: partitions that it has given to other members are theirs. A normal rebalance
 * takes a few seconds.
 */
const settledAfterMs = 10_000;

interface Reading {
  readonly topic: string;
  readonly partition: number;
  /** The first offset that was never read. It stays where it is while the same messages are read again and again. */
  furthest: number;
  /** When the last progress was made, or reading was to begin. */
  progressMs: number;
  /** How many times the group has rebalanced since. */
  rebalances: number;
  /** Since when messages of it wait while others are handled. */
  queuedMs: number | undefined;
  /** Since when this member does not have it. */
  awayMs: number | undefined;
  /** Whether a settled group has given it to another member. */
  isForeign: boolean;
  isAnswered: boolean;
  /** Whether there is something to read, by the last answer of its leader. */
  isBehind: boolean;
}

/**
 * How long it is since each partition of a consumer made progress: messages were read for the first time, or its leader answered that
 * there are no more. Neither a rebalance nor a new consumer in the same process is progress. While the group is not settled, a partition
 * that this member has lost still counts as its own: nobody reads in a group that rebalances again and again.
 */
export class PartitionProgress {
  private readonly readings = new Map<string, Reading>();
  private hasJoined = false;
  private hasRead = false;
  private begun = false;
  private rebalancedMs = -Infinity;
  /** Since when the group has not been settled, if it is not. */
  private unsettledMs: number | undefined;

  /** @param now a monotonic clock in milliseconds */
  constructor(private readonly now: () => number) {}

  /** The group has assigned these partitions to this member, and no others. */
  assigned(assignment: Assignment): void {
    const nowMs = this.now();
    this.settle();
    const names = new Set<string>();
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const name = nameOf(topic, partition);
        names.add(name);
        const known = this.readings.get(name);
        if (known === undefined) this.readings.set(name, newReading(topic, partition, nowMs));
        else regain(known, nowMs);
      }
    }
    for (const [name, reading] of this.readings) if (!names.has(name)) reading.awayMs ??= nowMs;
    this.hasJoined = true;
    this.rebalanced();
    this.checkBegun();
  }

  /** There is nothing to read at all. */
  nothingAssigned(): void {
    this.readings.clear();
    this.hasJoined = true;
    this.unsettledMs = undefined;
    this.checkBegun();
  }

  /** A leader has answered. */
  answered({ topic, partition, from, end }: FetchAnswer): void {
    const reading = this.readings.get(nameOf(topic, partition));
    if (reading === undefined) return;
    reading.isAnswered = true;
    reading.isBehind = from < end;
    // Less than was read before: another topic has the name, or the log has lost its end.
    if (end < reading.furthest) reading.furthest = from;
    if (reading.isBehind) reading.queuedMs = this.now();
    else this.progress(reading, from);
    this.checkBegun();
  }

  /** The answers so far were dropped: their messages do not wait any more. */
  dropped(): void {
    for (const reading of this.readings.values()) reading.queuedMs = undefined;
  }

  /** The messages of a partition are handled now. The time does not count in which it waited for others that made progress. */
  handling(topic: string, partition: number): void {
    const reading = this.readings.get(nameOf(topic, partition));
    if (reading?.queuedMs === undefined) return;
    const others = [...this.readings.values()].filter((each) => each !== reading);
    const waited = others.some((other) => isQueuedBehind(reading, other, this.now()));
    if (waited) reading.progressMs += this.now() - reading.queuedMs;
    reading.queuedMs = undefined;
  }

  /** Everything before this offset is read. */
  read(topic: string, partition: number, next: number): void {
    const reading = this.readings.get(nameOf(topic, partition));
    if (reading === undefined || next <= reading.furthest) return;
    this.progress(reading, next);
    this.hasRead = true;
    this.checkBegun();
  }

  /** Whether every partition was answered for once, and some messages were read if there are any. It stays true. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /**
   * What is wrong, in one line; undefined while all is well.
   * @param reasonSince what went wrong since a time, as the end of the line; empty if nothing is known
   */
  complaint(reasonSince: (sinceMs: number) => string): string | undefined {
    const stalled = this.silentReadings()
      .filter(({ silentMs }) => silentMs >= stalledAfterMs)
      .sort((one, other) => one.reading.progressMs - other.reading.progressMs);
    const [worst, ...others] = stalled;
    if (worst === undefined) return this.complaintOfGroup();
    const { reading, silentMs } = worst;
    const name = nameOf(reading.topic, reading.partition);
    const names =
      others.length === 0 ? `${name} has` : `${name} and ${counted(others.length, "more partition")} have`;
    const rebalancing = reading.rebalances > 1 ? ": its group keeps rebalancing" : "";
    const reason = reasonSince(reading.progressMs) || rebalancing;
    return `${names} not been read for ${showDuration(silentMs)}${reason}`;
  }

  /** By partition, how long it is since it made progress, in milliseconds. */
  *silences(): Generator<{ readonly topic: string; readonly partition: number; readonly silentMs: number }> {
    for (const { reading, silentMs } of this.silentReadings())
      yield { topic: reading.topic, partition: reading.partition, silentMs };
  }

  /** Of a group that never gives this member a partition, and never comes to rest. */
  private complaintOfGroup(): string | undefined {
    if (this.readings.size > 0 || this.unsettledMs === undefined) return undefined;
    const unsettledForMs = this.now() - this.unsettledMs;
    if (unsettledForMs < stalledAfterMs) return undefined;
    return `its group has not stopped rebalancing for ${showDuration(unsettledForMs)}`;
  }

  private silentReadings(): { readonly reading: Reading; readonly silentMs: number }[] {
    this.settle();
    const nowMs = this.now();
    const own = [...this.readings.values()].filter(({ isForeign }) => !isForeign);
    const latestFirst = own.toSorted((one, other) => other.progressMs - one.progressMs);
    return own.map((reading) => {
      const other = latestFirst.find((each) => each !== reading);
      const untilMs = isQueuedBehind(reading, other, nowMs) ? (reading.queuedMs ?? nowMs) : nowMs;
      return { reading, silentMs: Math.max(0, untilMs - reading.progressMs) };
    });
  }

  private rebalanced(): void {
    this.rebalancedMs = this.now();
    this.unsettledMs ??= this.rebalancedMs;
    for (const reading of this.readings.values()) reading.rebalances += 1;
  }

  /** Takes notice that the group is settled, if it is. */
  private settle(): void {
    if (this.unsettledMs === undefined || this.now() - this.rebalancedMs < settledAfterMs) return;
    this.unsettledMs = undefined;
    for (const reading of this.readings.values()) reading.isForeign = reading.awayMs !== undefined;
  }

  private progress(reading: Reading, next: number): void {
    reading.progressMs = this.now();
    reading.rebalances = 0;
    reading.furthest = Math.max(reading.furthest, next);
  }

  private checkBegun(): void {
    if (this.begun || !this.hasJoined) return;
    const own = [...this.readings.values()].filter(({ awayMs }) => awayMs === undefined);
    this.begun =
      own.every(({ isAnswered }) => isAnswered) && (this.hasRead || !own.some(({ isBehind }) => isBehind));
  }
}

/**
 * This member has a partition again. The time away does not count if another member had it in a settled group. It does count if members
 * that cannot agree hand partitions to and fro.
 */
function regain(reading: Reading, nowMs: number): void {
  const awayForMs = reading.awayMs === undefined ? 0 : nowMs - reading.awayMs;
  if (reading.isForeign) {
    reading.progressMs = awayForMs >= stalledAfterMs ? nowMs : reading.progressMs + awayForMs;
    reading.rebalances = 0;
  }
  reading.awayMs = reading.queuedMs = undefined;
  reading.isForeign = false;
}

/** Whether a partition waits only because messages of others are handled, which make progress meanwhile. */
function isQueuedBehind({ queuedMs }: Reading, other: Reading | undefined, nowMs: number): boolean {
  if (queuedMs === undefined || other === undefined) return false;
  return other.progressMs > queuedMs && nowMs - other.progressMs < stalledAfterMs;
}

function newReading(topic: string, partition: number, nowMs: number): Reading {
  return {
    topic,
    partition,
    furthest: 0,
    progressMs: nowMs,
    rebalances: -1,
    queuedMs: undefined,
    awayMs: undefined,
    isForeign: false,
    isAnswered: false,
    isBehind: false,
  };
}

function nameOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
