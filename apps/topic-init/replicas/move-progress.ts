import { type ClusterAdmin, isFromKafka, TooOldBroker } from "../../shared/kafka";
import { byTopic, type Move } from "./moves";
import { keyOf } from "./plan-replicas";

/**
 * How far moves are: which partitions have been in place, which copies in sync, and how many bytes brokers have copied. All of it
 * only grows: what falls back and comes again, or is not told this time, is no step on the way.
 */
export class MoveProgress {
  private readonly missing = new Set<string>();
  private readonly reached = new Set<string>();
  private readonly maxBytes = new Map<string, number>();

  constructor(private readonly cluster: Pick<ClusterAdmin, "replicaSizes">) {}

  /** Another text whenever something has got further than ever before. */
  toString(): string {
    const bytes = [...this.maxBytes.values()].reduce((sum, each) => sum + each, 0);
    return `${this.reached.size} ${bytes}`;
  }

  /** Takes what is left of the moves. */
  note(left: readonly Move[]): void {
    const missing = new Set(
      left.flatMap(({ wanted, copying }) => [
        keyOf(wanted),
        ...copying.map((broker) => replicaKey(broker, wanted)),
      ]),
    );
    for (const each of this.missing) if (!missing.has(each)) this.reached.add(each);
    for (const each of missing) this.missing.add(each);
  }

  /** Asks brokers how much they have copied, one after the other: the failure of one breaks what is asked of another meanwhile. */
  async measure(moves: readonly Move[]): Promise<void> {
    for (const broker of new Set(moves.flatMap(({ copying }) => copying))) {
      const copied = moves.filter(({ copying }) => copying.includes(broker)).map(({ wanted }) => wanted);
      try {
        for (const size of await this.cluster.replicaSizes(broker, byTopic(copied))) {
          const replica = replicaKey(broker, size);
          this.maxBytes.set(replica, Math.max(size.sizeBytes, this.maxBytes.get(replica) ?? 0));
        }
      } catch (error) {
        if (!isFromKafka(error) && !(error instanceof TooOldBroker)) throw error;
      }
    }
  }
}

function replicaKey(broker: number, partition: Parameters<typeof keyOf>[0]): string {
  return `${broker} ${keyOf(partition)}`;
}
