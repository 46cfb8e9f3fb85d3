import type { Consumer } from "../../shared/kafka";
import { within } from "../../shared/shutdown";

const commitEveryMs = 1000;
const lastCommitWithinMs = 2000;

/**
 * Commits the offsets of printed messages every second. It commits by the clock and not by batches: otherwise the last printed messages
 * would count as lag until the next ones come.
 */
export class OffsetCommitter {
  private readonly positions = new Positions();
  private consumer: Pick<Consumer, "commitOffsets"> | undefined;
  private readonly timer = setInterval(() => this.commit(), commitEveryMs);

  /** Starts again with newly assigned partitions: a message that was read but not committed is read again, maybe by another member. */
  assigned(consumer: Pick<Consumer, "commitOffsets">): void {
    this.consumer = consumer;
    this.positions.take();
  }

  /** Notes that all messages of a partition up to this offset are printed. */
  printed(topic: string, partition: number, offset: string): void {
    this.positions.printed(topic, partition, offset);
  }

  /** Commits what is left, before the consumer leaves its group. @throws what `commitOffsets` throws */
  async finish(): Promise<void> {
    const { consumer } = this;
    this.consumer = undefined;
    if (consumer === undefined || this.positions.isEmpty) return;
    await within(lastCommitWithinMs, consumer.commitOffsets(this.positions.take()));
  }

  /** Ends the commits. */
  stop(): void {
    clearInterval(this.timer);
  }

  private commit(): void {
    if (this.consumer === undefined || this.positions.isEmpty) return;
    // A group that rebalances accepts no offsets. The commit after the next messages includes them.
    this.consumer.commitOffsets(this.positions.take()).catch(() => {});
  }
}

/** How far each partition is printed and not yet committed. */
export class Positions {
  private readonly next = new Map<string, { topic: string; partition: number; offset: string }>();

  get isEmpty(): boolean {
    return this.next.size === 0;
  }

  printed(topic: string, partition: number, offset: string): void {
    this.next.set(`${topic}/${partition}`, { topic, partition, offset: (BigInt(offset) + 1n).toString() });
  }

  /** Removes and returns the offsets to commit: those of the next messages to read. */
  take(): { topic: string; partition: number; offset: string }[] {
    const positions = [...this.next.values()];
    this.next.clear();
    return positions;
  }
}
