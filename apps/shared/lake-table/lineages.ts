import type { TopicIdentity } from "../kafka";
import { nextOffsetOf, partitionOfApp } from "./table-topics";

/** The program's name in those of the table's transactions that say which topic a partition's rows came from. */
const application = "kafka-iot-sim-source";

/** How much of one partition a lineage covers: from `first` up to, but without, `next`. */
export interface LineagePartition {
  /** The first offset that was read: 0, or the oldest that the topic still had. */
  readonly first: number;
  /** The next offset to read, or, in an older lineage, where it ended. */
  readonly next: number;
}

/** What the table was fed with by one topic, for as long as that stayed the same and lost nothing. */
export interface Lineage {
  readonly topic: string;
  /** Counted from 1. */
  readonly number: number;
  /** What the rows have as `kafka_topic`. */
  readonly tableTopic: string;
  /** Undefined in a table of a version of this program that did not remember it. */
  readonly source: TopicIdentity | undefined;
  /** By the partition's number. */
  readonly partitions: ReadonlyMap<number, LineagePartition>;
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

interface MutableLineage extends Lineage {
  source: TopicIdentity | undefined;
  readonly partitions: Map<number, LineagePartition>;
}

/** All that a table was ever fed with, by topic, the oldest lineage first and the present one last. */
export function lineagesOf(
  transactions: ReadonlyMap<string, number>,
): ReadonlyMap<string, readonly Lineage[]> {
  const byTableTopic = new Map<string, MutableLineage>();
  for (const [appId, version] of transactions) {
    const fed = partitionOfApp(appId);
    if (fed === undefined) continue;
    const { topic, lineage: number, tableTopic } = fed;
    const lineage =
      byTableTopic.get(tableTopic) ??
      ({ topic, number, tableTopic, source: undefined, partitions: new Map() } satisfies MutableLineage);
    byTableTopic.set(tableTopic, lineage);
    lineage.partitions.set(fed.partition, { first: 0, next: nextOffsetOf(version) });
  }
  for (const [appId, first] of transactions) {
    const source = sourceOfApp(appId);
    const lineage = source && byTableTopic.get(source.tableTopic);
    const partition = lineage?.partitions.get(source?.partition ?? -1);
    if (source === undefined || lineage === undefined || partition === undefined) continue;
    lineage.partitions.set(source.partition, { ...partition, first });
    lineage.source = moreKnown(lineage.source, source.identity);
  }

  const byTopic = new Map<string, MutableLineage[]>();
  for (const lineage of byTableTopic.values())
    byTopic.set(lineage.topic, [...(byTopic.get(lineage.topic) ?? []), lineage]);
  for (const lineages of byTopic.values()) lineages.sort((one, other) => one.number - other.number);
  return byTopic;
}

/** Ids that the brokers did not tell at first may have come later: both were of the same topic. */
function moreKnown(one: TopicIdentity | undefined, other: TopicIdentity): TopicIdentity {
  return {
    clusterId: other.clusterId ?? one?.clusterId,
    topicId: other.topicId ?? one?.topicId,
  };
}
