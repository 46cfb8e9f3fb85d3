import type { TopicPartition } from "../../../shared/lake-table/table-topics";
import type { LogFields, Logger } from "../../../shared/logger";
import { counted } from "../../../shared/text";

const shownPerWindow = 5;
const windowMs = 10_000;

/**
 * Counts the messages that did not become rows, exactly, and logs them without flooding the log: the first few of each window one by
 * one, the others as a number.
 */
export class SkippedMessages {
  /** Messages that are no observations, and are in the table of dead letters. */
  deadLetters = 0;
  /** Offsets that the topics no longer hold. */
  missingOffsets = 0;
  private windowEnds = 0;
  private shown = 0;
  private readonly notShown = { deadLetters: 0, missingOffsets: 0 };

  constructor(
    private readonly logger: Logger,
    private readonly now: () => number = Date.now,
  ) {}

  recordDeadLetter({ topic, partition }: TopicPartition, offset: number, reason: string): void {
    this.deadLetters++;
    const fields = { topic, partition, offset, reason };
    if (!this.show("a message that is no observation went to the dead letters", fields))
      this.notShown.deadLetters++;
  }

  /** Counts dead letters whose places and reasons are not known here. */
  countDeadLetters(count: number): void {
    this.deadLetters += count;
    this.notShown.deadLetters += count;
  }

  /** Records that the offsets from `from` up to, but without, `to` hold no messages. */
  recordGap({ topic, partition }: TopicPartition, from: number, to: number, reason: string): void {
    const lost = to - from;
    this.missingOffsets += lost;
    const message = `${counted(lost, "offset")} will never be in the table: ${reason}`;
    if (!this.show(message, { topic, partition, from, to: to - 1 })) this.notShown.missingOffsets += lost;
  }

  /** Logs the numbers of those that were counted and not shown, if there are any. */
  logRest(): void {
    const { deadLetters, missingOffsets } = this.notShown;
    if (deadLetters > 0) this.logger.warn(counted(deadLetters, "more dead letter"));
    if (missingOffsets > 0)
      this.logger.warn(`${counted(missingOffsets, "more offset")} will never be in the table`);
    this.notShown.deadLetters = this.notShown.missingOffsets = 0;
  }

  private show(message: string, fields: LogFields): boolean {
    if (this.now() >= this.windowEnds) {
      this.logRest();
      this.windowEnds = this.now() + windowMs;
      this.shown = 0;
    }
    if (this.shown === shownPerWindow) return false;
    this.shown++;
    this.logger.warn(message, fields);
    return true;
  }
}
