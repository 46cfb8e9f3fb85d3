import { type ClusterDescription, isThere, type TopicDescription } from "../requests/metadata";
import { TooOldBroker } from "../transport/errors";
import {
  followableSince,
  type FollowedPosition,
  type FollowOptions,
  type PartitionToFollow,
} from "./options";

/** How a partition came to be followed: with its topic, later than its topic, or in place of another one with the same name. */
type Origin = "known" | "new" | "recreated";

interface Bounds {
  readonly earliest: number;
  readonly latest: number;
}

/** One partition of one topic. Another topic with the same name has other partitions. */
export class FollowedPartition {
  /** Distinguishes it from all others, by its topic's id. */
  readonly key: string;
  /** The broker that leads it, as far as is known; -1 while nobody is to be asked. */
  leader = -1;
  /** A broker reported that the next offset does not exist. */
  isOutOfRange = false;
  /** Messages of it are being handed out. */
  isBusy = false;
  /** It is not to be read any more: another partition has replaced it, or its past is gone. */
  isRetired = false;
  /** When the leader last reported what it holds, or that nothing has changed; milliseconds since 1970. */
  asOfMs = 0;
  private held: Bounds | undefined;
  private nextOffset = 0;
  private endOffset = Infinity;

  constructor(
    readonly topic: string,
    readonly topicId: string,
    readonly partition: number,
    private readonly origin: Origin,
  ) {
    this.key = `${topicId}/${partition}`;
  }

  get hasBegun(): boolean {
    return this.held !== undefined;
  }

  /** Whether the caller has decided where to begin, for this partition or the one that it replaces. */
  get isKnownToCaller(): boolean {
    return this.hasBegun || this.origin === "recreated";
  }

  /** The first offset that was not handed out yet. */
  get next(): number {
    return this.nextOffset;
  }

  /** The first offset that is not to be read. */
  get end(): number {
    return this.endOffset;
  }

  /** Nothing of it is to be read, now or later. */
  get isDone(): boolean {
    return this.isRetired || (this.hasBegun && this.nextOffset >= this.endOffset);
  }

  get position(): FollowedPosition | undefined {
    if (this.held === undefined) return undefined;
    return { partition: this.partition, ...this.held, next: this.nextOffset, asOfMs: this.asOfMs };
  }

  /** Takes the first report of what the partition holds, and decides where to begin. */
  begin(bounds: Bounds, options: Pick<FollowOptions, "begin" | "end">): void {
    this.learn(bounds);
    if (this.origin === "recreated") {
      this.nextOffset = bounds.earliest;
      return;
    }
    const { topic, partition, origin } = this;
    const described: PartitionToFollow = { topic, partition, ...bounds, isNew: origin === "new" };
    this.nextOffset = options.begin(described);
    this.endOffset = options.end?.(described) ?? Infinity;
  }

  /** Takes a leader's report of what the partition holds. */
  learn({ earliest, latest }: Bounds): void {
    this.held = { earliest, latest };
    this.asOfMs = Date.now();
  }

  /** All offsets before this one have been handed out, or cannot be. */
  moveTo(offset: number): void {
    this.nextOffset = offset;
  }
}

interface FollowedTopic {
  readonly id: string;
  readonly partitions: Map<number, FollowedPartition>;
}

/** The topics to follow, as brokers describe them. */
export class FollowedTopics {
  private readonly topics = new Map<string, FollowedTopic>();
  /** Topics that did not exist when they were looked up. */
  private readonly missing = new Set<string>();
  /** Ids of topics that had a name before: a broker that lags behind may still report them. */
  private readonly formerIds = new Set<string>();

  constructor(private readonly options: Pick<FollowOptions, "topics" | "end" | "onReset">) {}

  /** All partitions that are to be read, with or without a leader. */
  partitions(): FollowedPartition[] {
    return [...this.topics.values()].flatMap(({ partitions }) =>
      [...partitions.values()].filter(({ isDone }) => !isDone),
    );
  }

  /** The number of topics that have existed at some time. */
  get count(): number {
    return this.topics.size;
  }

  /** Whether all topics have existed, and everything that is to be read has a leader. */
  get isComplete(): boolean {
    return this.count === this.options.topics.length && this.partitions().every(({ leader }) => leader >= 0);
  }

  position(topic: string, partition: number): FollowedPosition | undefined {
    return this.topics.get(topic)?.partitions.get(partition)?.position;
  }

  positions(topic: string): FollowedPosition[] {
    const positions = [...(this.topics.get(topic)?.partitions.values() ?? [])].map(
      ({ position }) => position,
    );
    return positions
      .filter((position) => position !== undefined)
      .sort((one, other) => one.partition - other.partition);
  }

  /**
   * Takes over leaders, and new topics and partitions. Nothing is removed because an answer lacks it: the broker may have just started.
   *
   * @throws TooOldBroker if topics have no ids
   */
  learn({ topics }: Pick<ClusterDescription, "topics">): void {
    const described = new Map(topics.map((topic) => [topic.name, topic]));
    for (const name of this.options.topics) {
      const topic = described.get(name);
      if (topic !== undefined && isThere(topic)) this.learnTopic(topic);
      else if (!this.topics.has(name)) this.missing.add(name);
    }
  }

  private learnTopic(described: TopicDescription): void {
    const { name, topicId } = described;
    if (topicId === undefined)
      throw new TooOldBroker(
        `topic "${name}" has no id to follow it by; brokers of Kafka ${followableSince} or newer give it one`,
      );
    if (this.formerIds.has(topicId)) return;
    const known = this.topics.get(name);
    if (known?.id === topicId) this.learnPartitions(known, described, () => "new");
    else if (known === undefined) this.follow(described, topicId, this.missing.has(name) ? "new" : "known");
    else this.replace(known, described, topicId);
  }

  private follow(described: TopicDescription, id: string, origin: Origin): void {
    const topic = { id, partitions: new Map<number, FollowedPartition>() };
    this.topics.set(described.name, topic);
    this.learnPartitions(topic, described, () => origin);
  }

  /** Another topic has got the name. */
  private replace(former: FollowedTopic, described: TopicDescription, id: string): void {
    this.formerIds.add(former.id);
    const topic = { id, partitions: new Map<number, FollowedPartition>() };
    this.topics.set(described.name, topic);
    // A partition that the caller was not asked about yet counts as new.
    const known = [...former.partitions.values()].filter(({ isKnownToCaller }) => isKnownToCaller);
    for (const partition of former.partitions.values()) partition.isRetired = true;
    for (const { partition } of known) this.options.onReset?.(described.name, partition);
    const numbers = new Set(known.map(({ partition }) => partition));
    this.learnPartitions(topic, described, (partition) => (numbers.has(partition) ? "recreated" : "new"));
  }

  private learnPartitions(
    { id, partitions }: FollowedTopic,
    described: TopicDescription,
    originOf: (partition: number) => Origin,
  ): void {
    for (const { partition, leader } of described.partitions) {
      const known = partitions.get(partition);
      if (known !== undefined) {
        known.leader = leader;
        continue;
      }
      const origin = originOf(partition);
      if (this.options.end !== undefined && origin !== "known") continue;
      const added = new FollowedPartition(described.name, id, partition, origin);
      added.leader = leader;
      partitions.set(partition, added);
    }
  }
}
