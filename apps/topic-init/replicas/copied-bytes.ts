import { type ClusterAdmin, isFromKafka, TooOldBroker } from "../../shared/kafka";
import { byTopic, type Move } from "./moves";
import { keyOf } from "./plan-replicas";

/**
 * How much brokers have copied of partitions that move to them. It only grows: what a broker has lost again, or does not tell this
 * time, is no step on the way.
 */
export class CopiedBytes {
  private readonly mostByReplica = new Map<string, number>();

  constructor(private readonly cluster: Pick<ClusterAdmin, "replicaSizes">) {}

  get total(): number {
    return [...this.mostByReplica.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Asks one broker after the other: the failure of one breaks what is asked of another meanwhile. */
  async measure(moves: readonly Move[]): Promise<void> {
    for (const broker of new Set(moves.flatMap(({ copying }) => copying))) {
      const copied = moves.filter(({ copying }) => copying.includes(broker)).map(({ wanted }) => wanted);
      try {
        for (const size of await this.cluster.replicaSizes(broker, byTopic(copied))) {
          const replica = `${broker} ${keyOf(size)}`;
          const most = Math.max(size.sizeBytes, this.mostByReplica.get(replica) ?? 0);
          this.mostByReplica.set(replica, most);
        }
      } catch (error) {
        if (!isFromKafka(error) && !(error instanceof TooOldBroker)) throw error;
      }
    }
  }
}
