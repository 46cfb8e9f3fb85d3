import type { TopicPartition } from "../../../shared/lake-table/table-topics";
import type { LogFields, Logger } from "../../../shared/logger";
import { counted } from "../../../shared/text";

const shownPerWindow = 5;
const windowMs = 10_000;

/**
 * Counts what did not become a row, exactly, and says it without flooding the log: the first few cases of a while one by
 * one, the others as a number.
 */
export class Tally {
  /** Messages that are not observations and stand in the table of dead letters. */
  buried = 0;
  /** Offsets that are in the topics no more. */
  missing = 0;
  private windowEnds = 0;
  private shown = 0;
  private readonly untold = { buried: 0, missing: 0 };

  constructor(
    private readonly logger: Logger,
    private readonly now: () => number = Date.now,
  ) {}

  recordDeadLetter({ topic, partition }: TopicPartition, offset: number, reason: string): void {
    this.buried++;
    const shown = this.show("a message that is no observation went to the dead letters", {
      topic,
      partition,
      offset,
      reason,
    });
    if (!shown) this.untold.buried++;
  }

  /** Dead letters of which nothing more is known here. */
  countDeadLetters(count: number): void {
    this.buried += count;
    this.untold.buried += count;
  }

  /** `to` is the first offset that exists again. */
  gap({ topic, partition }: TopicPartition, from: number, to: number, reason: string): void {
    const lost = to - from;
    this.missing += lost;
    const message = `${counted(lost, "offset")} will never be in the table: ${reason}`;
    if (!this.show(message, { topic, partition, from, to: to - 1 })) this.untold.missing += lost;
  }

  /** Says what was counted and not shown, if anything. */
  tellRest(): void {
    const { buried, missing } = this.untold;
    if (buried > 0) this.logger.warn(counted(buried, "more dead letter"));
    if (missing > 0) this.logger.warn(`${counted(missing, "more offset")} will never be in the table`);
    this.untold.buried = this.untold.missing = 0;
  }

  private show(message: string, fields: LogFields): boolean {
    if (this.now() >= this.windowEnds) {
      this.tellRest();
      this.windowEnds = this.now() + windowMs;
      this.shown = 0;
    }
    if (this.shown === shownPerWindow) return false;
    this.shown++;
    this.logger.warn(message, fields);
    return true;
  }
}
