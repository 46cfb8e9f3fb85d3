import type { TopicIdentity } from "../kafka";
import { nextOffsetOf, partitionOfApp } from "./table-topics";

/** The program's name in those of the table's transactions that say which topic a partition's rows came from. */
const application = "kafka-iot-sim-source";

/** How much of one partition an incarnation covers: from `first` up to, but without, `next`. */
export interface IncarnationPartition {
  /** The first offset that was read: 0, or the oldest that the topic still had. */
  readonly first: number;
  /** The next offset to read, or, in an older incarnation, where it ended. */
  readonly next: number;
}

/** What the table was fed with by one topic, for as long as that stayed the same and lost nothing. */
export interface Incarnation {
  readonly topic: string;
  /** Counted from 1. */
  readonly number: number;
  /** What the rows have as `kafka_topic`. */
  readonly tableTopic: string;
  /** Undefined in a table of a version of this program that did not remember it. */
  readonly source: TopicIdentity | undefined;
  /** By the partition's number. */
  readonly partitions: ReadonlyMap<number, IncarnationPartition>;
}

/**
 * The application that says which topic a partition's rows came from; its version is the first offset that was read. A
 * cluster's id may be any text, a topic's id is Base64 for URLs.
 */
export function sourceAppIdOf(
  tableTopic: string,
  partition: number,
  { clusterId = "", topicId = "" }: TopicIdentity,
): string {
  return [application, tableTopic, partition, encodeURIComponent(clusterId), topicId].join(":");
}

interface Source {
  readonly tableTopic: string;
  readonly partition: number;
  readonly identity: TopicIdentity;
}

function sourceOfApp(appId: string): Source | undefined {
  const [name, tableTopic = "", partition = "", clusterId, topicId, ...rest] = appId.split(":");
  if (name !== application || clusterId === undefined || topicId === undefined || rest.length > 0)
    return undefined;
  return {
    tableTopic,
    partition: Number(partition),
    identity: { clusterId: decoded(clusterId) || undefined, topicId: topicId || undefined },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface MutableIncarnation extends Incarnation {
  source: TopicIdentity | undefined;
  readonly partitions: Map<number, IncarnationPartition>;
}

/** All that a table was ever fed with, by topic, the oldest incarnation first and the present one last. */
export function incarnationsOf(
  transactions: ReadonlyMap<string, number>,
): ReadonlyMap<string, readonly Incarnation[]> {
  const byTableTopic = new Map<string, MutableIncarnation>();
  for (const [appId, version] of transactions) {
    const fed = partitionOfApp(appId);
    if (fed === undefined) continue;
    const { topic, incarnation: number, tableTopic } = fed;
    const incarnation =
      byTableTopic.get(tableTopic) ??
      ({ topic, number, tableTopic, source: undefined, partitions: new Map() } satisfies MutableIncarnation);
    byTableTopic.set(tableTopic, incarnation);
    incarnation.partitions.set(fed.partition, { first: 0, next: nextOffsetOf(version) });
  }
  for (const [appId, first] of transactions) {
    const source = sourceOfApp(appId);
    const incarnation = source && byTableTopic.get(source.tableTopic);
    const partition = incarnation?.partitions.get(source?.partition ?? -1);
    if (source === undefined || incarnation === undefined || partition === undefined) continue;
    incarnation.partitions.set(source.partition, { ...partition, first });
    incarnation.source = moreKnown(incarnation.source, source.identity);
  }

  const byTopic = new Map<string, MutableIncarnation[]>();
  for (const incarnation of byTableTopic.values())
    byTopic.set(incarnation.topic, [...(byTopic.get(incarnation.topic) ?? []), incarnation]);
  for (const incarnations of byTopic.values()) incarnations.sort((one, other) => one.number - other.number);
  return byTopic;
}

/** Ids that the brokers did not tell at first may have come later: both were of the same topic. */
function moreKnown(one: TopicIdentity | undefined, other: TopicIdentity): TopicIdentity {
  return {
    clusterId: other.clusterId ?? one?.clusterId,
    topicId: other.topicId ?? one?.topicId,
  };
}
