import type { Logger } from "../../shared/logger";
import { counted } from "../../shared/text";
import type { TopicPartition } from "./offsets";

const shownPerWindow = 5;
const windowMs = 10_000;

/**
 * Counts what did not become a row, exactly, and says it without flooding the log: the first few bad messages of a while
 * by name, the others as a number.
 */
export class Tally {
  /** Messages that are not observations. */
  skipped = 0;
  /** Offsets that the topics do not hold any more. */
  missing = 0;
  private windowEnds = 0;
  private shown = 0;
  private untold = 0;

  constructor(
    private readonly logger: Logger,
    private readonly now: () => number = Date.now,
  ) {}

  skip({ topic, partition }: TopicPartition, offset: number, reason: string): void {
    this.skipped++;
    if (this.now() >= this.windowEnds) {
      this.tellRest();
      this.windowEnds = this.now() + windowMs;
      this.shown = 0;
    }
    if (this.shown < shownPerWindow) {
      this.shown++;
      this.logger.warn("skipped a message that is no observation", { topic, partition, offset, reason });
    } else {
      this.untold++;
    }
  }

  /** `to` is the first offset that exists again. */
  gap({ topic, partition }: TopicPartition, from: number, to: number, reason: string): void {
    const lost = to - from;
    this.missing += lost;
    this.logger.warn(`${counted(lost, "offset")} of the topic will never be in the table: ${reason}`, {
      topic,
      partition,
      from,
      to: to - 1,
    });
  }

  /** Says how many skipped messages were not shown, if any. */
  tellRest(): void {
    if (this.untold > 0)
      this.logger.warn(`skipped ${counted(this.untold, "more message")} that are no observations`);
    this.untold = 0;
  }
}
