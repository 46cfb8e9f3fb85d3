import { TooOldBroker } from "../transport/any-broker";
import { type ClusterDescription, isThere, type TopicDescription } from "../requests/metadata";
import type { FollowedPosition, FollowOptions } from "./options";
import { FollowedPartition, type Origin } from "./partition";
import { followableSince } from "./requests";

interface FollowedTopic {
  readonly id: string;
  readonly partitions: Map<number, FollowedPartition>;
}

/** What there is to follow, as brokers describe it. */
export class FollowedTopics {
  private readonly topics = new Map<string, FollowedTopic>();
  /** Those that did not exist when they were looked for. */
  private readonly missing = new Set<string>();
  /** Ids of topics that bore a name before: a broker that is behind may still tell them. */
  private readonly formerIds = new Set<string>();

  constructor(private readonly options: Pick<FollowOptions, "topics" | "end" | "onReset">) {}

  /** All that are to be read, whether anybody leads them or not. */
  partitions(): FollowedPartition[] {
    return [...this.topics.values()].flatMap(({ partitions }) =>
      [...partitions.values()].filter(({ isDone }) => !isDone),
    );
  }

  /** How many topics there were, at one time or another. */
  get count(): number {
    return this.topics.size;
  }

  /** Whether all topics were there, with a leader for all that is to be read. */
  get isWhole(): boolean {
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
   * Takes notice of leaders, and of topics and partitions that have come. Nobody is taken away for what an answer lacks: the broker may
   * have only just started.
   *
   * @throws TooOldBroker where topics have no ids
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

  /** Another topic has come under the name. */
  private replace(former: FollowedTopic, described: TopicDescription, id: string): void {
    this.formerIds.add(former.id);
    const topic = { id, partitions: new Map<number, FollowedPartition>() };
    this.topics.set(described.name, topic);
    // Those that the caller has not been asked about yet are to it as if they had come now.
    const known = [...former.partitions.values()].filter(({ isKnownToCaller }) => isKnownToCaller);
    for (const partition of former.partitions.values()) partition.isRetired = true;
    for (const { partition } of known) this.options.onReset?.(described.name, partition);
    const numbers = new Set(known.map(({ partition }) => partition));
    this.learnPartitions(topic, described, (partition) => (numbers.has(partition) ? "anew" : "new"));
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
