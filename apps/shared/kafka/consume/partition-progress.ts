import { stalledAfterMs } from "../../stall-watch";
import { counted, showDuration } from "../../text";

/** Partitions by topic. */
type Assignment = Readonly<Record<string, readonly number[]>>;

/** What a leader answered of one partition that it was asked for. */
export interface FetchAnswer {
  readonly topic: string;
  readonly partition: number;
  /** The offset that it was asked for. */
  readonly from: number;
  /** The first offset that cannot be read yet. */
  readonly end: number;
}

interface Reading {
  readonly name: string;
  /** The first offset that was never read. It stays where it is while the same messages are read again and again. */
  furthest: number;
  /** When the last progress was made, or reading was to begin. */
  progressMs: number;
  /** Since when messages of it wait while others are handled. */
  queuedMs: number | undefined;
  /** Since when another member of the group has it. */
  awayMs: number | undefined;
  isAnswered: boolean;
  /** As far as the last answer tells, there is something to read. */
  isBehind: boolean;
}

/**
 * How long it is since each partition of a consumer made progress: messages were read that never were before, or its leader answered that
 * there are no more. Neither a rebalance nor a new consumer in the same process is progress.
 */
export class PartitionProgress {
  private readonly readings = new Map<string, Reading>();
  private hasJoined = false;
  private hasRead = false;
  private begun = false;

  /** @param now a clock that nobody sets, in milliseconds */
  constructor(private readonly now: () => number) {}

  /** The group has given these partitions to this member, and no others. */
  assigned(assignment: Assignment): void {
    const nowMs = this.now();
    const keys = new Set<string>();
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const name = nameOf(topic, partition);
        keys.add(name);
        const known = this.readings.get(name);
        // Members that a group cannot agree with hand partitions to and fro: that makes no time good.
        if (known?.awayMs !== undefined && nowMs - known.awayMs >= stalledAfterMs) known.progressMs = nowMs;
        if (known !== undefined) known.awayMs = known.queuedMs = undefined;
        else this.readings.set(name, newReading(name, nowMs));
      }
    }
    for (const [name, reading] of this.readings) if (!keys.has(name)) reading.awayMs ??= nowMs;
    this.hasJoined = true;
    this.look();
  }

  /** There is nothing to read at all. */
  nothingAssigned(): void {
    this.readings.clear();
    this.hasJoined = true;
    this.look();
  }

  /** A leader has answered. */
  answered({ topic, partition, from, end }: FetchAnswer): void {
    const reading = this.readings.get(nameOf(topic, partition));
    if (reading === undefined) return;
    reading.isAnswered = true;
    reading.isBehind = from < end;
    // Less than was read before: the topic was made anew, or has lost its end.
    if (end < reading.furthest) reading.furthest = from;
    if (reading.isBehind) reading.queuedMs = this.now();
    else this.progress(reading, from);
    this.look();
  }

  /** An answer was dropped: what it brought is not waiting any more. */
  dropped(): void {
    for (const reading of this.readings.values()) reading.queuedMs = undefined;
  }

  /** Messages of a partition are handled now: while others were, it had to wait. */
  handling(topic: string, partition: number): void {
    const reading = this.readings.get(nameOf(topic, partition));
    if (reading?.queuedMs === undefined) return;
    reading.progressMs += this.now() - reading.queuedMs;
    reading.queuedMs = undefined;
  }

  /** All before this offset is read. */
  read(topic: string, partition: number, next: number): void {
    const reading = this.readings.get(nameOf(topic, partition));
    if (reading === undefined || next <= reading.furthest) return;
    this.progress(reading, next);
    this.hasRead = true;
    this.look();
  }

  /** Whether every partition was answered for once, and, where there are messages, some were read. Stays so. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** What is wrong, in one line; undefined while all is well. @param reasonSince says what went wrong since a time */
  complaint(reasonSince: (sinceMs: number) => string): string | undefined {
    const nowMs = this.now();
    const silentMs = (reading: Reading) => (reading.queuedMs ?? nowMs) - reading.progressMs;
    const stalled = this.mine()
      .filter((reading) => silentMs(reading) >= stalledAfterMs)
      .sort((one, other) => one.progressMs - other.progressMs);
    const [worst, ...others] = stalled;
    if (worst === undefined) return undefined;
    const names =
      others.length === 0
        ? `${worst.name} has`
        : `${worst.name} and ${counted(others.length, "more partition")} have`;
    return `${names} not been read for ${showDuration(silentMs(worst))}${reasonSince(worst.progressMs)}`;
  }

  /** By partition, how long it is since it made progress, in milliseconds. */
  *silences(): Generator<{ readonly topic: string; readonly partition: number; readonly silentMs: number }> {
    const nowMs = this.now();
    for (const { name, progressMs, queuedMs } of this.mine()) {
      const slash = name.lastIndexOf("/");
      const place = { topic: name.slice(0, slash), partition: Number(name.slice(slash + 1)) };
      yield { ...place, silentMs: Math.max(0, (queuedMs ?? nowMs) - progressMs) };
    }
  }

  private mine(): Reading[] {
    return [...this.readings.values()].filter(({ awayMs }) => awayMs === undefined);
  }

  private progress(reading: Reading, next: number): void {
    reading.progressMs = this.now();
    reading.furthest = Math.max(reading.furthest, next);
  }

  private look(): void {
    if (this.begun || !this.hasJoined) return;
    const mine = this.mine();
    this.begun =
      mine.every(({ isAnswered }) => isAnswered) && (this.hasRead || !mine.some(({ isBehind }) => isBehind));
  }
}

function newReading(name: string, nowMs: number): Reading {
  return {
    name,
    furthest: 0,
    progressMs: nowMs,
    queuedMs: undefined,
    awayMs: undefined,
    isAnswered: false,
    isBehind: false,
  };
}

function nameOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
