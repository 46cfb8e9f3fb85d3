/** How long an acknowledged message has to be missing until it is reported. */
const patienceMs = 10_000;

/** What is known of a life of a device when its acknowledgements are compared. */
export interface AcknowledgedLife {
  /** Messages read. */
  readonly read: number;
  /** Of those that are missing in the topic, how many may have been acknowledged: they are reported already. */
  readonly missing: number;
  /** Whether the readers could read all of its messages. */
  readonly isBeginSeen: boolean;
  /** Everything that its topic had at this time was read. */
  readonly readUpToMs: number;
}

/**
 * Whether the messages that a device reports as acknowledged, in one of its lives, are in its topic. Counts alone do not show it: while
 * messages keep coming, those read since the report would make up for missing ones. So messages with a later Kafka timestamp than the
 * report do not count.
 */
export class Acknowledgements {
  /** When the report came that is being compared; Infinity if there is none. */
  private sinceMs = Infinity;
  private acknowledged = 0;
  private later = 0;
  /** At most so many messages were acknowledged and could not be seen. */
  private maxUnseen = Infinity;
  private excess = 0;

  /** A message of this life was read. */
  read(timestampMs: number): void {
    if (timestampMs > this.sinceMs) this.later++;
  }

  /** How many acknowledged messages are missing beside those of {@link AcknowledgedLife.missing}. */
  lostBeside(missing: number): number {
    return Math.max(0, this.excess - missing);
  }

  /** How many messages were acknowledged by the last report that was compared. */
  get latest(): number {
    return this.acknowledged;
  }

  /** Whether a report is being compared. */
  get isOpen(): boolean {
    return this.sinceMs !== Infinity;
  }

  /**
   * The device has reported.
   * @param waiting messages that it has made, and that are neither acknowledged nor dropped; some may have been read
   * @returns whether the report has to be compared: `review` is to be called each second then
   */
  reported(acknowledged: number, waiting: number, read: number, nowMs: number): boolean {
    this.maxUnseen = Math.min(this.maxUnseen, Math.max(0, acknowledged - read + waiting));
    if (this.isOpen) return true;
    if (acknowledged <= read && this.excess === 0) return false;
    this.sinceMs = nowMs;
    this.acknowledged = acknowledged;
    this.later = 0;
    return true;
  }

  /** Compares the report with the messages read by now. */
  review({ read, missing, isBeginSeen, readUpToMs }: AcknowledgedLife, nowMs: number): void {
    if (!this.isOpen) return;
    const absent = Math.max(0, this.acknowledged - (read - this.later));
    const excess = Math.max(0, absent - (isBeginSeen ? 0 : this.maxUnseen));
    if (excess > missing && (nowMs - this.sinceMs < patienceMs || readUpToMs < this.sinceMs + patienceMs / 2))
      return;
    this.excess = excess;
    this.sinceMs = Infinity;
  }

  /** Some of its messages were never seen. */
  startOver(): void {
    this.sinceMs = Infinity;
    this.maxUnseen = Infinity;
    this.excess = 0;
  }
}
