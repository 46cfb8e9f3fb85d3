import type { NodeFrame } from "../../../../../contract/frames/frames";
import type { Cluster, PartitionBounds, PlacedPartition } from "../cluster";

/** A cluster that a test describes. */
export class FakeCluster implements Cluster {
  brokers: (NodeFrame & { readonly id: number })[] = [];
  quorum: NodeFrame[] = [];
  private readonly topics = new Map<
    string,
    (PlacedPartition & { bounds?: PartitionBounds; lag: Record<string, number> })[]
  >();

  addBroker(id: number, more: Partial<NodeFrame> = {}): this {
    this.brokers.push({ id, name: `broker-${id}`, condition: "healthy", sinceMs: 0, ...more });
    return this;
  }

  addPartition(
    topic: string,
    placed: Partial<PlacedPartition> & {
      bounds?: [earliest: number, latest: number];
      lag?: Record<string, number>;
    },
  ): this {
    const partitions = this.topics.get(topic) ?? [];
    this.topics.set(topic, partitions);
    const { bounds, lag = {}, ...place } = placed;
    partitions.push({
      partition: partitions.length,
      leader: 1,
      replicas: [1],
      inSync: [1],
      ...place,
      ...(bounds && { bounds: { earliest: bounds[0], latest: bounds[1] } }),
      lag,
    });
    return this;
  }

  partitionsOf(topic: string): readonly PlacedPartition[] {
    return (this.topics.get(topic) ?? []).map(({ bounds: _, lag: __, ...placed }) => placed);
  }

  boundsOf(topic: string, partition: number): PartitionBounds | undefined {
    return this.topics.get(topic)?.[partition]?.bounds;
  }

  lagOf(group: string, topic: string, partition: number): number | undefined {
    return this.topics.get(topic)?.[partition]?.lag[group];
  }
}
