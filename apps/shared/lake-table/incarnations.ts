import type { TopicIdentity } from "../kafka";
import { nextOffsetOf, partitionOfApp } from "./table-topics";

/** The name of the program in those transactions of the table that identify the topic of a partition's rows. */
const application = "kafka-iot-sim-source";

/** The offsets of one partition in an incarnation: from `first` up to, but without, `next`. */
export interface IncarnationPartition {
  /** The first offset that was read: 0, or the oldest that the topic still had. */
  readonly first: number;
  /** The next offset to read, or, in an older incarnation, where it ended. */
  readonly next: number;
}

/** The rows of one topic in the table, for as long as the topic kept its identity and lost nothing. */
export interface Incarnation {
  readonly topic: string;
  /** Counted from 1. */
  readonly number: number;
  /** The value of `kafka_topic` in the rows. */
  readonly tableTopic: string;
  /** The identity of the topic; undefined if an earlier version of this program wrote the table. */
  readonly source: TopicIdentity | undefined;
  /** By the partition's number. */
  readonly partitions: ReadonlyMap<number, IncarnationPartition>;
}

/**
 * The application that identifies the topic of a partition's rows; its version is the first offset that was read. The id of a cluster may
 * be any text; the id of a topic is Base64 for URLs.
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

/** All incarnations in a table, by topic, from the oldest to the current one. */
export function incarnationsOf(
  transactions: ReadonlyMap<string, number>,
): ReadonlyMap<string, readonly Incarnation[]> {
  const byTableTopic = new Map<string, MutableIncarnation>();
  for (const [appId, version] of transactions) {
    const found = partitionOfApp(appId);
    if (found === undefined) continue;
    const { topic, incarnation: number, tableTopic } = found;
    const incarnation =
      byTableTopic.get(tableTopic) ??
      ({ topic, number, tableTopic, source: undefined, partitions: new Map() } satisfies MutableIncarnation);
    byTableTopic.set(tableTopic, incarnation);
    incarnation.partitions.set(found.partition, { first: 0, next: nextOffsetOf(version) });
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

/** Ids that brokers did not report at first may have been added later: both belong to the same topic. */
function moreKnown(one: TopicIdentity | undefined, other: TopicIdentity): TopicIdentity {
  return {
    clusterId: other.clusterId ?? one?.clusterId,
    topicId: other.topicId ?? one?.topicId,
  };
}
