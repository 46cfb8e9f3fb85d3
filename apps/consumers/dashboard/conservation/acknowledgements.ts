/** How long something that was acknowledged has to be missing until that is told. */
const patienceMs = 10_000;

/** What there is of a life of a device when its acknowledgements are looked at. */
export interface AcknowledgedLife {
  /** Messages read. */
  readonly read: number;
  /** Of those that are missing in the topic, how many may have been acknowledged: they are told of already. */
  readonly missing: number;
  /** Whether all of its messages could be read. */
  readonly isBeginSeen: boolean;
  /** Everything that its topic had at this time is read. */
  readonly readUpToMs: number;
}

/**
 * Whether what a device says was acknowledged in one of its lives is in its topic. Counts alone would not tell: while messages come,
 * those read since would stand for those that are missing. So those with a later Kafka timestamp than the device's answer do not count.
 */
export class Acknowledgements {
  /** When the device's answer came that is looked into; Infinity if there is none. */
  private sinceMs = Infinity;
  private acknowledged = 0;
  private later = 0;
  /** No more messages than that were acknowledged and could not be seen, if any could not. */
  private maxUnseen = Infinity;
  private excess = 0;

  /** A message of this life was read. */
  note(timestampMs: number): void {
    if (timestampMs > this.sinceMs) this.later++;
  }

  /** How many messages are missing that were acknowledged, beside those of {@link AcknowledgedLife.missing}. */
  lostBeside(missing: number): number {
    return Math.max(0, this.excess - missing);
  }

  /** How many messages were acknowledged when that was last looked into. */
  get latest(): number {
    return this.acknowledged;
  }

  /** Whether an answer is looked into. */
  get isOpen(): boolean {
    return this.sinceMs !== Infinity;
  }

  /**
   * The device has answered.
   * @param waiting messages that it has made, and that are neither acknowledged nor dropped; some may have been read
   * @returns whether that is to be looked into: `review` is to be called each second then.
   */
  answered(acknowledged: number, waiting: number, read: number, nowMs: number): boolean {
    this.maxUnseen = Math.min(this.maxUnseen, Math.max(0, acknowledged - read + waiting));
    if (this.isOpen) return true;
    if (acknowledged <= read && this.excess === 0) return false;
    this.sinceMs = nowMs;
    this.acknowledged = acknowledged;
    this.later = 0;
    return true;
  }

  review({ read, missing, isBeginSeen, readUpToMs }: AcknowledgedLife, nowMs: number): void {
    if (!this.isOpen) return;
    const absent = Math.max(0, this.acknowledged - (read - this.later));
    const excess = Math.max(0, absent - (isBeginSeen ? 0 : this.maxUnseen));
    if (excess > missing && (nowMs - this.sinceMs < patienceMs || readUpToMs < this.sinceMs + patienceMs / 2))
      return;
    this.excess = excess;
    this.sinceMs = Infinity;
  }

  /** Some of its messages have gone unseen. */
  startOver(): void {
    this.sinceMs = Infinity;
    this.maxUnseen = Infinity;
    this.excess = 0;
  }
}
