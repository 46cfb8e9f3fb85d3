/** A partition to place: where it lies now, and how it should lie. */
export interface PartitionToPlace {
  readonly topic: string;
  readonly partition: number;
  /** The brokers of its replicas, the preferred leader first; empty for a partition that does not exist yet. */
  readonly replicas: readonly number[];
  /** The planned number of replicas. */
  readonly copies: number;
  /** Whether it may be moved for balance. Other partitions are moved only if they must. */
  readonly movable: boolean;
}

/** A partition in a layout. Its replicas change while the plan is made. */
export interface PlannedPartition extends PartitionToPlace {
  replicas: number[];
}

/** Counts by broker, 0 for brokers without a count. */
export class BrokerCounts {
  private readonly counts = new Map<number, number>();

  of(broker: number): number {
    return this.counts.get(broker) ?? 0;
  }

  add(broker: number, difference: number): void {
    this.counts.set(broker, this.of(broker) + difference);
  }
}

/** The partitions of one topic, and the counts of their replicas and leaders by broker. */
export class TopicLayout {
  readonly replicas = new BrokerCounts();
  readonly leaders = new BrokerCounts();

  constructor(readonly partitions: readonly PlannedPartition[]) {}
}

/** Where all partitions of a cluster lie, with the counts that measure the balance. */
export class Layout {
  /** In the order of their names. */
  readonly topics: readonly TopicLayout[];
  /** Replicas and preferred leaders of the movable partitions. */
  readonly replicas = new BrokerCounts();
  readonly leaders = new BrokerCounts();

  constructor(
    partitions: readonly PartitionToPlace[],
    readonly brokers: readonly number[],
  ) {
    const copied = partitions
      .map((each): PlannedPartition => ({ ...each, replicas: [] }))
      .sort((one, other) => order(one.topic, other.topic) || one.partition - other.partition);
    const byTopic = Map.groupBy(copied, ({ topic }) => topic);
    this.topics = [...byTopic.values()].map((each) => new TopicLayout(each));
  }

  /** Replaces the replicas of a partition, and updates the counts. */
  place(topic: TopicLayout, partition: PlannedPartition, replicas: readonly number[]): void {
    this.count(topic, partition, -1);
    partition.replicas = [...replicas];
    this.count(topic, partition, 1);
  }

  private count(topic: TopicLayout, { replicas, movable }: PlannedPartition, difference: number): void {
    const [leader] = replicas;
    for (const broker of replicas) {
      topic.replicas.add(broker, difference);
      if (movable) this.replicas.add(broker, difference);
    }
    if (leader === undefined) return;
    topic.leaders.add(leader, difference);
    if (movable) this.leaders.add(leader, difference);
  }
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The item with the greatest rank, compared number by number; the first one among equals. */
export function greatestBy<Item>(items: Iterable<Item>, rank: (item: Item) => readonly number[]): Item {
  let best: { readonly item: Item; readonly rank: readonly number[] } | undefined;
  for (const item of items) {
    const candidate = { item, rank: rank(item) };
    if (best === undefined || isGreater(candidate.rank, best.rank)) best = candidate;
  }
  if (best === undefined) throw new Error("there is nothing to choose from");
  return best.item;
}

function isGreater(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at >= 0 && (one[at] ?? 0) > (other[at] ?? 0);
}
