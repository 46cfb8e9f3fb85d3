/** A partition that is to be placed: where it lies, and what is wanted of it. */
export interface PartitionToPlace {
  readonly topic: string;
  readonly partition: number;
  /** The brokers that keep it now, the preferred leader first; none for a partition that is still to be made. */
  readonly replicas: readonly number[];
  /** How many brokers are to keep it. */
  readonly copies: number;
  /** Whether it may be moved for the sake of balance; otherwise only because it has to. */
  readonly movable: boolean;
}

/** A partition in a layout; its replicas change while a plan is made. */
export interface PlannedPartition extends PartitionToPlace {
  replicas: number[];
}

/** Counts by broker, 0 where none was counted. */
export class BrokerCounts {
  private readonly counts = new Map<number, number>();

  of(broker: number): number {
    return this.counts.get(broker) ?? 0;
  }

  add(broker: number, difference: number): void {
    this.counts.set(broker, this.of(broker) + difference);
  }
}

/** The partitions of one topic, and how they lie. */
export class TopicLayout {
  readonly replicas = new BrokerCounts();
  readonly leaders = new BrokerCounts();

  constructor(readonly partitions: readonly PlannedPartition[]) {}
}

/** Where all partitions of a cluster lie, with the counts that balance is measured by. */
export class Layout {
  /** In the order of their names. */
  readonly topics: readonly TopicLayout[];
  /** Replicas, and preferred leaders, of the partitions that may be moved. */
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

  /** Gives a partition other replicas, and counts anew. */
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

/** The item with the greatest rank, ranks compared number by number; the first of equals. */
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
