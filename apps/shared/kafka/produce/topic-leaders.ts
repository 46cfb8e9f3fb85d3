import { type ClusterDescription, isThere } from "../requests/metadata";

/** Where a batch for a partition is to be sent, or why it cannot be. */
export type Leader = number | "no topic" | "no partition" | "no leader";

/** Who leads the partitions of one topic, as the brokers last said. */
export class TopicLeaders {
  private leaders: ReadonlyMap<number, number> | undefined;
  private believedCount = 0;

  constructor(private readonly topic: string) {}

  /** How many partitions the topic has. One that brokers do not mention is believed to be there: see {@link believeAbsence}. */
  get partitionCount(): number {
    return this.believedCount;
  }

  /** Whether the topic existed when the brokers were last asked. */
  get isThere(): boolean {
    return this.leaders !== undefined;
  }

  learn({ topics }: Pick<ClusterDescription, "topics">): void {
    const found = topics.find(({ name }) => name === this.topic);
    if (found === undefined || !isThere(found) || found.partitions.length === 0) {
      this.leaders = undefined;
      return;
    }
    this.leaders = new Map(found.partitions.map(({ partition, leader }) => [partition, leader]));
    this.believedCount = Math.max(this.believedCount, this.leaders.size);
  }

  leaderOf(partition: number): Leader {
    if (this.leaders === undefined) return "no topic";
    const leader = this.leaders.get(partition);
    if (leader === undefined) return "no partition";
    return leader < 0 ? "no leader" : leader;
  }

  /** Takes the topic to have only those partitions that the brokers last mentioned: another was made under its name. */
  believeAbsence(): void {
    if (this.leaders !== undefined) this.believedCount = this.leaders.size;
  }
}
